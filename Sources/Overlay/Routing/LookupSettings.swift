/// Bounds of one ``Lookup``.
public struct LookupSettings: Hashable, Sendable {
    /// How many of the nearest peers have to answer before the lookup ends; the routing table's k.
    public var wanted = 20
    /// Kademlia's α, queries waiting at a time. Higher: more traffic per lookup. Lower: one slow peer holds it up. 4 is
    /// where simulated lookups stop getting faster when nobody is dead.
    public var parallelism = 4
    /// What α rises to, by one for each query that timed out. Higher: a lookup through a dead region floods its
    /// neighbours. Lower: it crawls there. 8 keeps a lookup as fast with a fifth of the peers dead as with none.
    public var maximumParallelism = 8
    /// Contacts heard of and not asked yet. Higher: more memory for contacts too far away to matter. Lower: when many of
    /// the nearest are dead, the next ones were forgotten. 64 is three answers.
    public var heard = 64
    /// Queries in all. Higher: a liar who invents nearer peers keeps us busy longer. Lower: lookups in a half-dead
    /// network end early. 128 is six times what a lookup among 100,000 nodes needs.
    public var queries = 128

    /// How many times a lookup may look beyond what its answers named. An answer names at most 20 peers; where some of
    /// them are dead, fewer than wanted are left, and the next nearest were named by nobody. Higher: complete results
    /// where most are dead, at about ten queries each time. Lower: results with holes. With a fifth of all peers dead
    /// and still named, 0 misses some of the 20 nearest in two lookups of three; 3 missed none in hundreds, for 40
    /// queries instead of 27.
    public var widenings = 3

    public init() {}
}
