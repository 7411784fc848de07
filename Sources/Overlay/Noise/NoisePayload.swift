/// What libp2p sends inside the Noise handshake: proof that the handshake's static key belongs to an identity, and the
/// multiplexers on offer (https://github.com/libp2p/specs/blob/master/noise/README.md).
public struct NoisePayload: Hashable, Sendable {
    /// Before the static key in the signed bytes.
    static let signaturePrefix = Array("noise-libp2p-static-key:".utf8)
    /// Most multiplexers read from the other side.
    static let maximumMuxers = 16
    /// Longest name of a multiplexer, in bytes.
    static let maximumMuxerLength = 256

    /// Why a payload proves nothing.
    public enum Failure: Error, Hashable, Sendable {
        case malformed(WireError)
        case keyTypeNotSupported
        case badSignature
    }

    /// The identity that was proved.
    public let publicKey: PublicKey
    private let signature: [UInt8]
    /// Multiplexers that the sender supports, best first; empty when it does not negotiate them here.
    public let muxers: [String]

    /// A payload that proves `staticKey` to belong to `identity`.
    public init(proving staticKey: Bytes32, of identity: Identity, muxers: [String]) {
        publicKey = identity.publicKey
        signature = identity.sign(Self.signaturePrefix + staticKey.array)
        self.muxers = muxers
    }

    /// Decodes a payload and verifies that it proves `staticKey`.
    public init(_ encoded: [UInt8], proving staticKey: Bytes32) throws(Failure) {
        var key: LibP2PPublicKey?
        var signature: [UInt8] = []
        var muxers: [String] = []
        do throws(WireError) {
            var reader = ProtobufReader(encoded)
            while let field = try reader.next() {
                switch field.number {
                case 1: key = try LibP2PPublicKey(field.bytes().array)
                case 2: signature = try field.bytes(limit: LibP2PPublicKey.maximumLength).array
                case 4: muxers += try Self.muxers(inExtensions: field.bytes(), room: Self.maximumMuxers - muxers.count)
                default: continue
                }
            }
            guard key != nil else { throw .missingField(1) }
        } catch {
            throw .malformed(error)
        }
        guard let publicKey = try? key?.requireEd25519() else { throw .keyTypeNotSupported }
        guard publicKey.isValid(signature, for: Self.signaturePrefix + staticKey.array) else { throw .badSignature }
        self.publicKey = publicKey
        self.signature = signature
        self.muxers = muxers
    }

    private static func muxers(inExtensions bytes: Bytes, room: Int) throws(WireError) -> [String] {
        var reader = ProtobufReader(bytes)
        var muxers: [String] = []
        while let field = try reader.next() {
            guard field.number == 2 else { continue }
            guard muxers.count < room else { throw .tooLong(limit: maximumMuxers) }
            muxers.append(try field.text(limit: maximumMuxerLength))
        }
        return muxers
    }

    /// The protobuf that goes into the handshake message.
    public var encoded: [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(publicKey.encoded, field: 1)
        writer.bytes(signature, field: 2)
        if !muxers.isEmpty {
            var extensions = ProtobufWriter()
            for muxer in muxers { extensions.text(muxer, field: 2) }
            writer.nested(extensions, field: 4)
        }
        return writer.array
    }
}
