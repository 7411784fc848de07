import Biscuit

/// Bounds on tokens and on what judging them may cost.
public struct AuthorizationSettings: Sendable {
    /// Size, blocks and nesting of a token before anything is verified. Higher lets strangers make a node do more work
    /// per message; lower refuses tokens that were attenuated often. Biscuit's own defaults fit the 64 KiB frames.
    public var token = TokenLimits.default
    /// The work of one evaluation. Higher lets a token with hostile rules hold the event loop longer; lower refuses
    /// honest ones with many grants. A real token takes some hundred steps, and 200,000 are about 2 ms.
    public var run = RunLimits(maxSteps: 200_000)
    /// Characters of a check that are repeated to the caller it refuses. Higher makes an answer longer than its frame;
    /// lower cuts what the caller needs in order to understand.
    public var longestQuote = 200

    public init() {}
}
