import Gossip
import Overlay

/// What each end of a new link shows first: which mesh it belongs to, and the token that proves it.
///
/// Wire form: version (1) ‖ mesh id (32) ‖ token length (2) ‖ token.
public struct Hello: Hashable, Sendable {
    /// The only version so far.
    public static let version: UInt8 = 1

    public var meshID: MeshID
    /// The Biscuit, exact bytes.
    public var token: [UInt8]

    public init(meshID: MeshID, token: [UInt8]) {
        self.meshID = meshID
        self.token = token
    }

    func encode(into bytes: inout Bytes) {
        bytes.writeInteger(Self.version)
        bytes.writeBytes(meshID.bytes.array)
        bytes.writeShortBytes(token)
    }

    init(decoding bytes: inout Bytes) throws(LinkMessageError) {
        guard let version = bytes.readInteger(as: UInt8.self) else { throw .truncated }
        guard version == Self.version else { throw .unsupportedVersion(version) }
        guard let mesh = bytes.readBytes(length: Bytes32.count), let meshBytes = Bytes32(mesh),
            let token = bytes.readShortBytes()
        else { throw .truncated }
        self.init(meshID: MeshID(bytes: meshBytes), token: token)
    }
}
