/// How close to the wire messages travel. Decisions are the same in all of them.
public enum Fidelity: String, CaseIterable, Hashable, Sendable {
    /// Messages are shared values that nobody encodes; their lengths are computed. A signature is checked once in a world.
    case values
    /// Every message is encoded, read and compared. A signature is checked once in a world.
    case encoded
    /// Every node checks every signature itself, and links are real: Noise and yamux with real keys.
    case real
}
