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
/// microseconds. Equality and hashing are those of the bytes. A record is one reference wide, so every table that holds it
/// shares one copy of what it says.
public struct ContactRecord: Hashable, Sendable {
    static let version: UInt8 = 1

    private final class Storage: Sendable {
        let bytes: [UInt8]
        let contact: Contact
        let prefixes: [AddressPrefix]
        let datagramEndpoint: UDPEndpoint?

        init(bytes: [UInt8], contact: Contact) {
            self.bytes = bytes
            self.contact = contact
            prefixes = AddressPrefix.all(of: contact.addresses)
            datagramEndpoint = contact.addresses.lazy.compactMap { UDPEndpoint($0) }.first
        }
    }

    private let storage: Storage

    /// The signed bytes with their signature.
    public var bytes: [UInt8] { storage.bytes }
    /// What they say.
    public var contact: Contact { storage.contact }
    /// The network prefixes that the addresses lie in, each once.
    var prefixes: [AddressPrefix] { storage.prefixes }
    /// Those of them in which an address cost somebody something.
    package var globalPrefixes: [AddressPrefix] { storage.prefixes.filter { $0.scope == .global } }

    /// The first address that datagrams can be sent to.
    public var datagramEndpoint: UDPEndpoint? { storage.datagramEndpoint }

    /// Reads the form of a record. Nothing it says is proven before ``verify(at:settings:)`` returns.
    public init(decoding bytes: [UInt8], settings: ContactSettings = ContactSettings()) throws(ContactRefusal) {
        guard bytes.count <= settings.recordLength else { throw .tooLong(bytes.count) }
        storage = Storage(bytes: bytes, contact: try Self.contact(in: bytes, settings: settings))
    }

    /// Two records with the same bytes are the same record.
    public static func == (left: ContactRecord, right: ContactRecord) -> Bool {
        left.storage === right.storage || left.storage.bytes == right.storage.bytes
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

    /// The node that the record is about.
    public var peer: PeerID { storage.contact.peer }
    /// That node's place in the keyspace.
    public var key: NodeKey { storage.contact.key }

    /// Refuses a record that is not valid now or that its node did not sign. The cheap checks come first.
    public func verify(at now: WallTime, settings: ContactSettings = ContactSettings()) throws(ContactRefusal) {
        try checkTime(at: now, settings: settings)
        let signature = bytes.suffix(Ed25519.signatureLength)
        let message = Self.signedMessage(bytes.dropLast(Ed25519.signatureLength))
        guard contact.peer.publicKey.isValid(signature, for: message) else { throw .badSignature }
    }

    /// Whether the record may be used and passed on at `now`, apart from its signature.
    public func checkTime(at now: WallTime, settings: ContactSettings = ContactSettings()) throws(ContactRefusal) {
        let lead = storage.contact.issuedAt.since(now)
        guard lead <= settings.clockSkew else { throw .fromTheFuture(lead) }
        let overdue = now.since(storage.contact.expiresAt)
        guard overdue <= settings.clockSkew else { throw .expired(overdue) }
    }

    /// Whether this record replaces `other` of the same node.
    public func isNewer(than other: ContactRecord) -> Bool {
        storage.contact.sequence > other.storage.contact.sequence
    }
}
