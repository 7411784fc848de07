/// What a catalog lists, in a number that does not depend on the order: two catalogs with the same image list the same,
/// but for a chance of 2⁻⁶⁴.
public struct CatalogImage: Hashable, Sendable {
    public private(set) var count = 0
    private var sum: UInt64 = 0

    public init() {}

    /// - Parameter digest: of the entry, see ``EntryLedger/digest(of:)``.
    public mutating func add(_ publisher: NodeIndex, digest: UInt64) {
        count += 1
        sum = sum &+ Self.term(publisher, digest)
    }

    /// Takes out what was added.
    public mutating func remove(_ publisher: NodeIndex, digest: UInt64) {
        count -= 1
        sum = sum &- Self.term(publisher, digest)
    }

    private static func term(_ publisher: NodeIndex, _ digest: UInt64) -> UInt64 {
        var term = Digest64(seed: UInt64(publisher.number))
        term.absorb(digest)
        return term.state
    }
}
