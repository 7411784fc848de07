/// Bounds on what a received token, request or snapshot may hold. Reaching one is a refusal.
public struct TokenLimits: Sendable, Hashable {
    /// Longest encoded token in bytes. Higher: more memory and signature work per hostile message; lower: tokens with
    /// many attenuations are refused. 64 KiB is the cap of the frames that carry tokens.
    public var maxBytes: Int
    /// Most blocks of a token, the authority included; at most 63, because an origin is a set of block numbers in one
    /// machine word. Higher: more signatures to check per token; lower: fewer attenuations. 32 is far above the two or
    /// three of real tokens.
    public var maxBlocks: Int {
        didSet { maxBlocks = min(maxBlocks, Self.highestMaxBlocks) }
    }
    /// Deepest nesting of collections and closures. Higher: deeper recursion while decoding and evaluating; lower:
    /// nested maps are refused. 32 keeps the stack of any thread safe.
    public var maxNesting: Int

    static let highestMaxBlocks = 63

    /// Limits with the given bounds; `maxBlocks` is lowered to 63.
    public init(maxBytes: Int = 65_536, maxBlocks: Int = 32, maxNesting: Int = 32) {
        self.maxBytes = maxBytes
        self.maxBlocks = min(maxBlocks, Self.highestMaxBlocks)
        self.maxNesting = maxNesting
    }

    /// The bounds whose values are explained above.
    public static let `default` = TokenLimits()
}
