/// What a node says of itself in libp2p's identify protocol
/// (https://github.com/libp2p/specs/blob/master/identify/README.md).
///
/// Only the key was proved, by the handshake; the rest is hearsay until something confirms it.
public struct IdentifyInfo: Hashable, Sendable {
    /// The protocol on whose streams it is asked for.
    public static let protocolID = "/ipfs/id/1.0.0"
    /// Longest sum of messages accepted, in bytes; go-libp2p reads at most 8 KiB of signed identify.
    public static let maximumLength = 16_384
    /// Most listen addresses and most protocols accepted.
    public static let maximumEntries = 256
    /// Longest protocol name, version or agent accepted, in bytes.
    public static let maximumTextLength = 256

    /// Which family of networks the node belongs to, such as `ipfs/0.1.0`.
    public var protocolVersion = ""
    /// The software, such as `samnode/1.0`.
    public var agentVersion = ""
    /// The key that the sender claims; the handshake says which one it has.
    public var publicKey: PublicKey?
    /// Where the node says it listens.
    public var listenAddresses: [Multiaddr] = []
    /// The address under which the sender sees the receiver.
    public var observedAddress: Multiaddr?
    /// The protocols that the node accepts.
    public var protocols: [String] = []
    /// The encoded envelope of the node's ``PeerRecord``.
    public var signedPeerRecord: [UInt8]?

    /// Says nothing.
    public init() {}

    /// One protobuf message without a length before it.
    public init(_ encoded: [UInt8]) throws(WireError) {
        try merge(ProtobufReader(encoded))
    }

    /// Adds the fields of a message; the protocol allows several, with the later ones adding to the earlier.
    mutating func merge(_ message: consuming ProtobufReader) throws(WireError) {
        while let field = try message.next() {
            switch field.number {
            case 1: publicKey = try LibP2PPublicKey(field.bytes().array).requireEd25519()
            case 2: try addListenAddress(field.bytes())
            case 3:
                guard protocols.count < Self.maximumEntries else { throw .tooLong(limit: Self.maximumEntries) }
                protocols.append(try field.text(limit: Self.maximumTextLength))
            case 4: observedAddress = try? Multiaddr(field.bytes().array)
            case 5: protocolVersion = try field.text(limit: Self.maximumTextLength)
            case 6: agentVersion = try field.text(limit: Self.maximumTextLength)
            case 8: signedPeerRecord = try field.bytes(limit: SignedEnvelope.maximumLength).array
            default: continue
            }
        }
    }

    /// Addresses of protocols that this node does not know are left out; they are no use to it.
    private mutating func addListenAddress(_ bytes: Bytes) throws(WireError) {
        guard listenAddresses.count < Self.maximumEntries else { throw .tooLong(limit: Self.maximumEntries) }
        guard let address = try? Multiaddr(bytes.array) else { return }
        listenAddresses.append(address)
    }

    /// One protobuf message without a length before it, fields in ascending order.
    public var encoded: [UInt8] {
        var writer = ProtobufWriter()
        if let publicKey { writer.bytes(publicKey.encoded, field: 1) }
        for address in listenAddresses { writer.bytes(address.encoded, field: 2) }
        for name in protocols { writer.text(name, field: 3) }
        if let observedAddress { writer.bytes(observedAddress.encoded, field: 4) }
        writer.text(protocolVersion, field: 5)
        writer.text(agentVersion, field: 6)
        if let signedPeerRecord { writer.bytes(signedPeerRecord, field: 8) }
        return writer.array
    }
}
