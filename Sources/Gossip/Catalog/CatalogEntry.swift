import Overlay

/// One node's signed statement of what it offers, or that it offers nothing any more.
///
/// The exact signed bytes are kept and passed on; nothing is ever encoded anew, so a field that this version does not
/// know could not get lost on the way.
public struct CatalogEntry: Hashable, Sendable {
    public let header: EntryHeader
    /// Nil for a tombstone.
    public let contents: EntryContents?
    /// Exactly as signed, signature included.
    public let bytes: [UInt8]
    public let id: EntryID

    public var peer: PeerID { header.peer }
    public var sequence: UInt64 { header.sequence }
    public var kind: EntryHeader.Kind { header.kind }
    public var expiry: WallTime { header.expiry }
    /// Empty for a tombstone.
    public var services: [ServiceOffer] { contents?.services ?? [] }
    public var labels: LabelSet { contents?.labels ?? .empty }
    public var relays: [PeerID] { contents?.relays ?? [] }
    public var tokenDigest: TokenDigest? { contents?.tokenDigest }

    init(header: EntryHeader, contents: EntryContents?, bytes: [UInt8], id: EntryID) {
        self.header = header
        self.contents = contents
        self.bytes = bytes
        self.id = id
    }
}
