import Overlay

/// What one run of a plan gave, whichever system ran it: the node, or an opponent under the same plan.
public struct RunOutcome: Sendable {
    public var plan: Plan
    /// `samnode`, or the name of the opponent.
    public var system: String
    public var figures = Figures()
    public var violations = Violations()
    /// Since the world began; nil when it did not settle.
    public var settledAt: VirtualTime?
    /// Of everything that any node was told; equal for equal runs. Empty for opponents that do not compute one.
    public var digest = ""
    public var events: UInt64 = 0
    public var virtualTime = VirtualTime.zero
    /// About one point for each second of virtual time.
    public var series: [SeriesPoint] = []
    /// How often which value occurred; by the name of the figure that it is the distribution of.
    public var histograms: [Histogram] = []
    public var places: [NodePlace] = []

    public init(plan: Plan, system: String) {
        self.plan = plan
        self.system = system
    }
}
