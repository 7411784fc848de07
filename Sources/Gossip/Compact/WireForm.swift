/// How an entry goes into a message.
enum WireForm: Sendable {
    /// Nobody has tried to deflate it.
    case untried
    /// As it is: deflated it would not be shorter.
    case plain
    /// Deflated, by its origin or by whoever had it from a neighbour that does not deflate. Passed on as it came.
    case compact(EntryDictionary, [UInt8])
}
