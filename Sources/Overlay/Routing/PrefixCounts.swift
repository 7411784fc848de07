/// How many contacts of each network were chosen; local addresses, which anybody may have any number of, do not count.
struct PrefixCounts: Sendable {
    private var counts: [AddressPrefix: Int] = [:]

    /// Counts a contact if fewer than `most` of each of its networks were counted before. False when it is one too many.
    mutating func take(_ record: ContactRecord, most: Int) -> Bool {
        let prefixes = record.prefixes.filter { $0.scope == .global }
        guard prefixes.allSatisfy({ counts[$0, default: 0] < most }) else { return false }
        for prefix in prefixes { counts[prefix, default: 0] += 1 }
        return true
    }
}
