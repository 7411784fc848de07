/// Bounds on Datalog source text. Reaching one is a syntax error.
public struct SourceLimits: Sendable, Hashable {
    /// Longest source in bytes. Higher: more memory for hostile text; lower: large policy files are refused. 1 MiB
    /// holds some ten thousand policies.
    public var maxBytes: Int
    /// Deepest nesting of parentheses, collections and closures. Higher: deeper recursion; lower: nested expressions are
    /// refused. 32 keeps the stack of any thread safe and equals what tokens may nest.
    public var maxNesting: Int

    /// Limits with the given bounds.
    public init(maxBytes: Int = 1_048_576, maxNesting: Int = 32) {
        self.maxBytes = maxBytes
        self.maxNesting = maxNesting
    }

    /// The bounds whose values are explained above.
    public static let `default` = SourceLimits()
}
