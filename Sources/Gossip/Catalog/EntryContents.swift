import Overlay

/// What a live entry says about its node: the part that the node's operator decides.
public struct EntryContents: Hashable, Sendable {
    /// Services of one node. Higher: one node takes more of everyone's memory. Lower: a gateway in front of many
    /// tools needs several nodes. The size of an entry usually ends the list first.
    public static let serviceCapacity = 64
    /// Relays of one node; three on different prefixes are enough that one survives (PROTOCOL: NAT).
    public static let relayCapacity = 3

    /// In ascending order of their names, each name once, never empty.
    public let services: [ServiceOffer]
    /// Of the node, as attested by its operator.
    public let labels: LabelSet
    /// Where the node can be reached when not directly, in the order of its preference, each once.
    public let relays: [PeerID]
    public let tokenDigest: TokenDigest?

    /// Sorts the services.
    /// - Throws: ``InvalidContents`` saying which bound is broken.
    public init(
        services: [ServiceOffer], labels: LabelSet = .empty, relays: [PeerID] = [], tokenDigest: TokenDigest? = nil
    ) throws(InvalidContents) {
        try self.init(
            ordered: services.sorted { $0.name < $1.name }, labels: labels, relays: relays, tokenDigest: tokenDigest)
    }

    /// Takes services that are in order already and no others, as entries on the wire must be.
    init(
        ordered services: [ServiceOffer], labels: LabelSet, relays: [PeerID], tokenDigest: TokenDigest?
    ) throws(InvalidContents) {
        guard (1...Self.serviceCapacity).contains(services.count) else { throw .serviceCount(services.count) }
        guard services.isStrictlyAscending(by: { $0.name < $1.name }) else { throw .serviceOrder }
        guard relays.count <= Self.relayCapacity else { throw .relayCount(relays.count) }
        guard Set(relays).count == relays.count else { throw .relayTwice }
        self.services = services
        self.labels = labels
        self.relays = relays
        self.tokenDigest = tokenDigest
    }
}

/// Why a node cannot announce what it was asked to.
public enum InvalidContents: Error, Hashable, Sendable {
    /// None at all, or more services than ``EntryContents/serviceCapacity``.
    case serviceCount(Int)
    /// The same service name twice, or on the wire names out of order.
    case serviceOrder
    /// More relays than ``EntryContents/relayCapacity``.
    case relayCount(Int)
    /// The same relay twice.
    case relayTwice
}
