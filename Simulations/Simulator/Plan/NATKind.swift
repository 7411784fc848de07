import Overlay

/// How an address translator behaves (RFC 4787).
public struct NATKind: Hashable, Sendable {
    public enum Dependence: String, CaseIterable, Hashable, Sendable {
        case endpointIndependent
        case addressDependent
        case addressAndPortDependent
    }

    public var mapping: Dependence
    public var filtering: Dependence
    /// A mapping that nothing used for this long is gone.
    public var timeout: TimeSpan
    /// Whether two nodes behind it reach each other by their outer addresses.
    public var hasHairpin: Bool
    /// Whether an outer port is the inner one as long as that is free; otherwise it is drawn.
    public var preservesPorts: Bool

    public init(
        mapping: Dependence, filtering: Dependence, timeout: TimeSpan, hasHairpin: Bool, preservesPorts: Bool = true
    ) {
        self.mapping = mapping
        self.filtering = filtering
        self.timeout = timeout
        self.hasHairpin = hasHairpin
        self.preservesPorts = preservesPorts
    }
}
