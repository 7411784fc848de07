/// A peer's own, numbered statement of its addresses (libp2p RFC 0003), carried in a ``SignedEnvelope``.
public struct PeerRecord: Hashable, Sendable {
    /// What the signature is bound to.
    public static let domain = "libp2p-peer-record"
    /// The raw bytes that go, js and py write; not the varint of the multicodec.
    public static let payloadType: [UInt8] = [0x03, 0x01]
    /// Most addresses accepted in one record.
    public static let maximumAddresses = 64

    /// Whose record it is.
    public var peer: PeerID
    /// A later record has a higher number.
    public var sequence: UInt64
    /// Where the peer says it can be reached.
    public var addresses: [Multiaddr]

    /// A record that is not signed yet.
    public init(peer: PeerID, sequence: UInt64, addresses: [Multiaddr]) {
        self.peer = peer
        self.sequence = sequence
        self.addresses = addresses
    }

    /// The record signed by its own peer.
    public static func sealed(sequence: UInt64, addresses: [Multiaddr], by identity: Identity) -> SignedEnvelope {
        let record = PeerRecord(peer: identity.peerID, sequence: sequence, addresses: addresses)
        return SignedEnvelope(signing: record.encoded, type: payloadType, domain: domain, by: identity)
    }

    /// Decodes a signed record: the signature must be right, and the signer must be the peer that the record names.
    public init(sealed encoded: [UInt8]) throws(WireError) {
        let envelope = try SignedEnvelope(encoded, domain: Self.domain)
        guard envelope.payloadType == Self.payloadType else { throw .invalid(.payloadType) }
        try self.init(envelope.payload)
        guard peer.publicKey == envelope.publicKey else { throw .invalid(.signerMismatch) }
    }

    /// Decodes the payload of an envelope whose signature was checked.
    public init(_ encoded: [UInt8]) throws(WireError) {
        var reader = ProtobufReader(encoded)
        var peer: PeerID?
        sequence = 0
        addresses = []
        while let field = try reader.next() {
            switch field.number {
            case 1: peer = try PeerID(field.bytes().array)
            case 2: sequence = try field.varint()
            case 3:
                guard addresses.count < Self.maximumAddresses else { throw .tooLong(limit: Self.maximumAddresses) }
                if let address = try Self.address(field.bytes()) { addresses.append(address) }
            default: continue
            }
        }
        guard let peer else { throw .missingField(1) }
        self.peer = peer
    }

    /// Addresses of protocols that this node does not know are left out; they are no use to it.
    private static func address(_ info: Bytes) throws(WireError) -> Multiaddr? {
        var reader = ProtobufReader(info)
        var address: Multiaddr?
        while let field = try reader.next() {
            if field.number == 1 { address = try? Multiaddr(field.bytes().array) }
        }
        return address
    }

    /// The payload to be signed.
    public var encoded: [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(peer.encoded, field: 1)
        writer.varint(sequence, field: 2)
        for address in addresses {
            var info = ProtobufWriter()
            info.bytes(address.encoded, field: 1)
            writer.nested(info, field: 3)
        }
        return writer.array
    }
}
