/// Which settings the cores run with.
public enum Profile: String, CaseIterable, Hashable, Sendable {
    /// Those that `samnode` has.
    case standard
    /// Fewer links and smaller tables, for worlds of a million nodes.
    case small
}
