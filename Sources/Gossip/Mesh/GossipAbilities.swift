/// What a node can do with messages of neighbours beyond the first version of the protocol. It says so when it admits a peer, see
/// docs/protocol.md; an older node says nothing.
public struct GossipAbilities: Hashable, Sendable {
    /// The dictionaries with which it inflates entries.
    public var dictionaries: [EntryDictionary]
    /// Whether it compares parts of catalogs: it understands ``GossipMessage/compareShards(session:_:_:)`` and
    /// ``GossipMessage/narrow(session:_:)``.
    public var comparesShards: Bool
    /// Whether it understands ``GossipMessage/widePush(_:)``.
    public var takesWidePushes: Bool

    public init(dictionaries: [EntryDictionary] = [], comparesShards: Bool = false, takesWidePushes: Bool = false) {
        self.dictionaries = dictionaries
        self.comparesShards = comparesShards
        self.takesWidePushes = takesWidePushes
    }
}
