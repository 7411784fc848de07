/// A node's contact as it travels: the exact bytes that the node signed, and what they say.
///
/// Layout, integers big-endian:
///
///     version 1 = 1 │ roles 1 │ public key 32 │ sequence 8 │ issued at 8 (ms since 1970) │ ttl 4 (s)
///     │ address count 1 │ { length 1 │ multiaddr } × count │ signature 64
///
/// The signature is Ed25519 over `"sam contact v1"`, a zero byte, and everything before the signature. Records are kept
/// and forwarded as these bytes and never re-encoded, so a field that we do not know stays signed.
///
/// Decoding checks the form only; ``verify(at:settings:)`` checks time and signature, which costs a hundred
/// microseconds. Equality and hashing are those of the bytes.
public struct ContactRecord: Hashable, Sendable {
    static let version: UInt8 = 1

    /// The signed bytes with their signature.
    public let bytes: [UInt8]
    /// What they say.
    public let contact: Contact

    /// Reads the form of a record. Nothing it says is proven before ``verify(at:settings:)`` returns.
    public init(decoding bytes: [UInt8], settings: ContactSettings = ContactSettings()) throws(ContactRefusal) {
        guard bytes.count <= settings.recordLength else { throw .tooLong(bytes.count) }
        contact = try Self.contact(in: bytes, settings: settings)
        self.bytes = bytes
    }

    /// Two records with the same bytes are the same record.
    public static func == (left: ContactRecord, right: ContactRecord) -> Bool { left.bytes == right.bytes }

    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

    /// The node that the record is about.
    public var peer: PeerID { contact.peer }
    /// That node's place in the keyspace.
    public var key: NodeKey { contact.key }

    /// Refuses a record that is not valid now or that its node did not sign. The cheap checks come first.
    public func verify(at now: WallTime, settings: ContactSettings = ContactSettings()) throws(ContactRefusal) {
        try checkTime(at: now, settings: settings)
        let signature = bytes.suffix(Ed25519.signatureLength)
        let message = Self.signedMessage(bytes.dropLast(Ed25519.signatureLength))
        guard contact.peer.publicKey.isValid(signature, for: message) else { throw .badSignature }
    }

    /// Whether the record may be used and passed on at `now`, apart from its signature.
    public func checkTime(at now: WallTime, settings: ContactSettings = ContactSettings()) throws(ContactRefusal) {
        let lead = contact.issuedAt.since(now)
        guard lead <= settings.clockSkew else { throw .fromTheFuture(lead) }
        let overdue = now.since(contact.expiresAt)
        guard overdue <= settings.clockSkew else { throw .expired(overdue) }
    }

    /// Whether this record replaces `other` of the same node.
    public func isNewer(than other: ContactRecord) -> Bool {
        contact.sequence > other.contact.sequence
    }
}
