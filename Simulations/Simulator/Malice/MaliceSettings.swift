import Overlay

/// What malicious nodes are capable of, in one place.
public struct MaliceSettings: Hashable, Sendable {
    /// Published entries that adversaries remember for replays. Higher: older ones come back. 1,024 are half a megabyte.
    public var rememberedEntries = 1_024
    /// How often an equivocator signs two entries by itself. Honest nodes allow an origin one change a second.
    public var equivocationInterval = TimeSpan.seconds(10)
    /// How soon a node that wants a certain link tries again.
    public var relinkInterval = TimeSpan.seconds(1)
    /// Summaries in an invented list of what a node has: 2 kB, which cost its reader as many looks into its catalog.
    public var inventedSummaries = 100
    /// Questions of others that a misrouter keeps until its core has answered them.
    public var rememberedQuestions = 64
    /// How far in the past an expired entry ended, and how far ahead a premature one begins: beyond the skew that any
    /// scenario gives honest clocks.
    public var clockOffset = TimeSpan.hours(30)
    /// How often a node that does nothing else looks whether its contact has to be signed anew.
    public var contactInterval = TimeSpan.hours(1)
    /// Keys tried for one place in the keyspace. A try costs 22 µs, so this is 0.7 s; it reaches 15 bits on average.
    public var keyTries: UInt64 = 32_768
    /// Bits beyond the logarithm of the number of nodes after which a search for a key is content: nearer than the
    /// nearest honest node three times out of four.
    public var keyMargin = 2

    public init() {}
}
