/// Bounds on one evaluation. Reaching one is an `ExecutionError`, never a decision.
///
/// Time is measured in steps, not seconds: the module has no clock, and a verdict must not depend on the machine's load.
public struct RunLimits: Sendable, Hashable {
    /// Most facts in the world, derived ones included. Higher: more memory; lower: tokens with many facts are refused.
    /// 1,000 is the reference implementation's default.
    public var maxFacts: Int
    /// Most rounds of rule application. Higher: longer chains of derivation; lower: deep recursion is refused. 100 is the
    /// reference implementation's default.
    public var maxIterations: Int
    /// Most steps: facts looked at, operations executed, and bytes or elements an operation touches. Higher: a hostile
    /// token can occupy the processor longer; lower: large joins are refused. 1,000,000 steps take some 10 ms.
    public var maxSteps: Int
    /// Most bytes of strings and collections that expressions may create. Higher: more memory; lower: large
    /// concatenations are refused. 1 MiB is far above any comparison.
    public var maxCreatedBytes: Int
    /// Largest compiled regular expression, in instructions. Higher: slower matching per character; lower: patterns
    /// with large counted repetitions are refused. 5,000 holds any pattern written by hand.
    public var maxRegexInstructions: Int
    /// Deepest nesting of collections in facts of a request and in results of host functions. Higher: deeper recursion
    /// while they are translated; lower: nested maps are refused. 32 is what tokens and source text may nest.
    public var maxNesting: Int

    /// Limits with the given bounds.
    public init(
        maxFacts: Int = 1_000, maxIterations: Int = 100, maxSteps: Int = 1_000_000, maxCreatedBytes: Int = 1_048_576,
        maxRegexInstructions: Int = 5_000, maxNesting: Int = 32
    ) {
        self.maxFacts = maxFacts
        self.maxIterations = maxIterations
        self.maxSteps = maxSteps
        self.maxCreatedBytes = maxCreatedBytes
        self.maxRegexInstructions = maxRegexInstructions
        self.maxNesting = maxNesting
    }

    /// The bounds whose values are explained above.
    public static let `default` = RunLimits()
}
