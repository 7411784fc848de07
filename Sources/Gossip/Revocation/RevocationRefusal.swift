/// Why a revocation was not taken.
public enum RevocationRefusal: String, Error, Hashable, Sendable {
    /// Not what the format says.
    case malformed
    /// Of another mesh.
    case foreignMesh = "foreign_mesh"
    /// Of a root key that this node does not trust.
    case foreignRoot = "foreign_root"
    /// Not signed by the root key that it names.
    case forged
    /// Its number is one that the root has said to be over.
    case over
    /// There is no room for more of this root.
    case full

    /// True when no honest node passes it on, whatever its tables say.
    public var provesMisbehavior: Bool {
        switch self {
        case .malformed, .foreignMesh, .forged: true
        // Nodes may trust different roots besides the one that names the mesh, and hear of a floor at different times.
        case .foreignRoot, .over, .full: false
        }
    }
}

extension RevocationRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed: "it is no revocation, or was changed"
        case .foreignMesh: "it is of another mesh"
        case .foreignRoot: "this node does not trust the root key that states it"
        case .forged: "the root key that it names did not sign it"
        case .over: "the root key has stated since that revocations up to this number are over"
        case .full: "there is no room for more revocations of the root key that states it"
        }
    }
}
