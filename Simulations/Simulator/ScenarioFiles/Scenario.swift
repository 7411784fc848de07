import Overlay

/// A run that is worth repeating: what is simulated, what must come of it, and who runs beside for comparison.
public struct Scenario: Sendable {
    /// How large a run is.
    public struct Size: Hashable, Sendable {
        /// Nodes of the world.
        public var nodes: Int
        /// Virtual time before everything has to settle.
        public var duration: TimeSpan
    }

    /// Which of the sizes of a file is meant.
    public enum SizeName: String, CaseIterable, Sendable {
        /// For every day: ends within seconds to a minute.
        case standard
        /// As the scenario is meant; may take hours and gigabytes.
        case large
    }

    /// Letters, digits, dots and hyphens, such as `S07-partition-heal`.
    public var name: String
    /// One line that says what is tested.
    public var title: String
    /// What is tested and what is left out, in plain words; may be empty.
    public var description: String
    /// What is run.
    public var plan: Plan
    /// What must hold of its figures.
    public var criteria: [Criterion]
    /// Names of the systems that run the same plan for comparison.
    public var opponents: [String]
    /// Size of the plan as the file has it.
    public var standard: Size
    /// Nil when the file has one size only.
    public var large: Size?
}
