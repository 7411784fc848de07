import Overlay

/// One node's signed statement of what it offers, or that it offers nothing any more.
///
/// The exact signed bytes are kept and passed on; nothing is ever encoded anew, so a field that this version does not
/// know could not get lost on the way. An entry is one reference wide, so everything that holds it shares one copy.
public struct CatalogEntry: Sendable {
    private final class Storage: Sendable {
        let header: EntryHeader
        let contents: EntryContents?
        let bytes: [UInt8]
        let digest: Bytes32
        let form: WireForm
        let place: EntryPlace

        init(header: EntryHeader, contents: EntryContents?, bytes: [UInt8], digest: Bytes32, form: WireForm) {
            self.header = header
            self.contents = contents
            self.bytes = bytes
            self.digest = digest
            self.form = form
            place =
                contents.map { EntryPlace(of: header.peer, offering: $0.services, at: header.issuedAt) } ?? .nowhere
        }
    }

    private let storage: Storage

    public var header: EntryHeader { storage.header }
    /// Nil for a tombstone.
    public var contents: EntryContents? { storage.contents }
    /// Exactly as signed, signature included.
    public var bytes: [UInt8] { storage.bytes }
    /// SHA-256 of the bytes: what the entry is in comparisons.
    var digest: Bytes32 { storage.digest }
    /// How it goes into messages.
    var form: WireForm { storage.form }
    /// Where it belongs when catalogs are divided; nowhere for a tombstone.
    public var place: EntryPlace { storage.place }
    public var id: EntryID { EntryID(digest: storage.digest) }

    public var peer: PeerID { storage.header.peer }
    public var sequence: UInt64 { storage.header.sequence }
    public var kind: EntryHeader.Kind { storage.header.kind }
    /// By the peer's own clock.
    public var issuedAt: WallTime { storage.header.issuedAt }
    public var expiry: WallTime { storage.header.expiry }
    /// Empty for a tombstone.
    public var services: [ServiceOffer] { storage.contents?.services ?? [] }
    public var labels: LabelSet { storage.contents?.labels ?? .empty }
    public var relays: [PeerID] { storage.contents?.relays ?? [] }
    public var tokenDigest: TokenDigest? { storage.contents?.tokenDigest }

    init(
        header: EntryHeader, contents: EntryContents?, bytes: [UInt8], digest: Bytes32, form: WireForm = .untried
    ) {
        storage = Storage(header: header, contents: contents, bytes: bytes, digest: digest, form: form)
    }

    /// Whether two entries of a peer are about the same services and labels; which relays it has is nothing that agents choose by.
    func saysTheSame(as other: CatalogEntry) -> Bool {
        kind == other.kind && services == other.services && labels == other.labels
    }

    /// The same entry in its compact form, unless it has one or none.
    func deflated(with dictionary: EntryDictionary) -> CatalogEntry {
        guard case .untried = form else { return self }
        let compact = dictionary.deflate(bytes, of: header.mesh)
        return CatalogEntry(
            header: header, contents: contents, bytes: bytes, digest: digest,
            form: compact.map { .compact(dictionary, $0) } ?? .plain)
    }
}

/// Entries with the same bytes are the same entry.
extension CatalogEntry: Hashable {
    public static func == (left: CatalogEntry, right: CatalogEntry) -> Bool {
        left.storage === right.storage || left.storage.bytes == right.storage.bytes
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(storage.digest) }
}

/// Entries whose signature was found right, by their peer.
public typealias EntryMemory = VerificationMemory<PeerID, CatalogEntry>
