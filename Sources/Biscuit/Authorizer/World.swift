/// Everything an evaluation knows: facts with their origins, rules, checks and policies.
public struct World: Sendable, Hashable {
    /// Facts that exist because of the same set of blocks.
    public struct Facts: Sendable, Hashable {
        /// Sorted; the authorizer first.
        public let origins: [BlockOrigin]
        /// The facts themselves, in order of discovery.
        public let facts: [Fact]
    }

    /// What one block or the authorizer contributes.
    public struct Contribution<Element: Sendable & Hashable>: Sendable, Hashable {
        /// Where the elements stand.
        public let origin: BlockOrigin
        /// The rules or checks, in their order.
        public let elements: [Element]
    }

    /// Given and derived facts, grouped by origins.
    public let facts: [Facts]
    /// The authorizer's rules first, then those of the blocks.
    public let rules: [Contribution<Rule>]
    /// The authorizer's checks first, then those of the blocks.
    public let checks: [Contribution<Check>]
    /// The policies in the order they are tried.
    public let policies: [Policy]
    /// Rounds of rule application that derived something new.
    public let iterations: Int
}
