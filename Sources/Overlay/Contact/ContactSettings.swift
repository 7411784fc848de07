/// What a contact record may look like. Every node must agree on the sizes; the skew is each node's own choice.
public struct ContactSettings: Hashable, Sendable {
    /// Bytes of a whole record. Higher: an answer of 20 records grows past what two datagrams hold. Lower: a host with
    /// several IPv6 addresses cannot name them. 512 holds twelve usual IPv4 and IPv6 addresses.
    public var recordLength = 512
    /// Addresses in a record. Higher: a forged record makes us dial more strangers. Lower: dual-stack hosts with TCP,
    /// UDP and a mapped port do not fit. 8 is two families × two transports × two interfaces.
    public var addressCount = 8
    /// Bytes of one address. Higher: one address crowds out the others. Lower: long DNS names and relayed addresses do
    /// not fit. 128 holds a relayed address with two peer ids.
    public var addressLength = 128
    /// The longest life of a record. Higher: addresses of dead nodes stay in circulation. Lower: every node signs and
    /// sends more often. 24 hours with renewal at half of it costs two signatures a day.
    public var timeToLive = TimeSpan.hours(24)
    /// How far the clocks of two nodes may differ. Higher: a record lives longer than its owner meant. Lower: nodes
    /// with a drifting clock are refused. 120 s is far beyond what a host with any time service shows.
    public var clockSkew = TimeSpan.seconds(120)

    public init() {}
}
