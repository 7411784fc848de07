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
    /// Disjoint paths of an ordinary lookup, at most 16. Higher: each path finds its own way to the target, at about two
    /// questions more for each. Lower: fewer liars can lead all of them astray. 4, as in S/Kademlia's evaluation: a lookup
    /// that asks 4 at a time then costs hardly more than on one path.
    public var paths = 4
    /// The same when a node joins, which knows few others then, and while it suspects that somebody crowds the keyspace.
    /// Higher and lower as above. 8 paths are led astray together in one of 250 cases where half of all nodes lie.
    public var pathsUnderSuspicion = 8
    /// How many of the nearest that a path has heard of have to answer before it rests; what all paths found together is
    /// asked as far as ``wanted``. Higher: traffic, for paths that went their own ways meet at the target. Lower: a path that
    /// liars crowd sees nobody else. 8 are what one datagram names.
    public var wantedOnPath = 8
    /// Contacts heard of on one path and not asked yet. Higher: more memory for contacts too far away to matter. Lower: when many of
    /// the nearest are dead, the next ones were forgotten. 64 is three answers.
    public var heard = 64
    /// Queries in all. Higher: a liar who invents nearer peers keeps us busy longer. Lower: lookups in a half-dead
    /// network end early. 128 is six times what a lookup among 100,000 nodes needs.
    public var queries = 128

    /// Peers that did not answer lately and are asked all the same, beside the others, when they would be among the nearest.
    /// Higher: the dead, whom others still name, cost every lookup a datagram more. Lower: after a failure of the network peers
    /// that are back stay unseen. 4.
    public var retries = 4

    /// How many times a lookup may look beyond what its answers named. An answer names at most 20 peers; where some of
    /// them are dead, fewer than wanted are left, and the next nearest were named by nobody. Higher: complete results
    /// where most are dead, at about ten queries each time. Lower: results with holes. With a fifth of all peers dead
    /// and still named, 0 misses some of the 20 nearest in two lookups of three; 3 missed none in hundreds, for 40
    /// queries instead of 27.
    public var widenings = 3

    /// Where the nearest ``wanted`` peers stand within a quarter of the distance in which as many are expected, somebody has
    /// probably searched for keys there. Then so many parts of the region are looked through from outside, the farthest half
    /// first. Chance alone has it in one of 10,000 lookups. Higher: such a lookup costs more. Lower: honest peers between
    /// crowds are missed. 3 leave an eighth of the region, where two or three honest peers are expected.
    public var regionDetours = 3
    /// Peers of that region that count beyond the nearest. Higher: traffic while under attack. Lower: crowds push honest peers
    /// out. 40 are twice as many as should be there.
    public var region = 40
    /// Of those, how many of one /24 (IPv4) or /48 (IPv6). Higher: one operator is more of the region. Lower: two honest nodes
    /// of one site exclude each other. 2, as in a bucket.
    public var perPrefixInRegion = 2

    public init() {}
}
