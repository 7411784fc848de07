/// How a node finds out whether others reach it, and what it does for others that want to know.
public struct DialBackSettings: Hashable, Sendable {
    /// Witnesses of one mind that decide, or all there are in smaller meshes. Higher: nodes judge late. Lower: few liars, or a
    /// peer behind the same firewall, decide. PROTOCOL wants more than three.
    public var needed = 4
    /// While so many of the witnesses have reached the node it is no client, whatever the others say. Higher: a node whose
    /// firewall closed stays a server for longer. Lower: two that lie less. PROTOCOL has three.
    public var reachedAtLeast = 3
    /// Witnesses remembered, the last of each network. Higher: a change is noticed late. Lower: liars push out the honest
    /// sooner. 8 is twice what decides.
    public var witnesses = 8
    /// Networks that were asked, so that others come first. Higher: memory, 50 bytes each. Lower: the same ones are asked again
    /// while others were never. 64.
    public var asked = 64
    /// Dial-backs of one peer that were promised and lost, one after another, until it is a witness. Higher: a firewall is
    /// noticed late. Lower: lost packets count. Of 3, all are lost once in a thousand where a tenth is.
    public var tries = 3
    /// How long to wait for a dial-back and for the word that it was sent. Higher: a node learns later. Lower: far peers do
    /// not count. 2 s are six round trips around the world.
    public var patience = TimeSpan.seconds(2)
    /// From a node's start, or a change of its addresses, to the first question. Higher: it judges later. Lower: its handshakes come
    /// on top of those of joining, and searches of nodes that start together wait. 5 s.
    public var firstPause = TimeSpan.seconds(5)
    /// Between two questions while the node does not know, or doubts. Higher: it knows later. Lower: a burst of handshakes at the
    /// start. At 500 ms a node with four peers knows two seconds after it began to ask.
    public var quickPause = TimeSpan.milliseconds(500)
    /// Questions in a row at that pace. Higher: a mesh of nodes that do not know dial-backs is asked longer in vain. Lower: a
    /// node behind a firewall, which needs ``needed`` × ``tries``, takes the slow pace before it knows. 48 turn eight witnesses.
    public var quickQuestions = 48
    /// Between two questions of a node that knows. Higher: a firewall that opens or closes is noticed late. Lower: idle
    /// traffic. 10 minutes, ±25 %: less than 4 bytes/s.
    public var slowPause = TimeSpan.minutes(10)
    /// Before it looks again whether there is somebody to ask. Higher: a node that begins a mesh learns late. Lower: wakes in
    /// vain. 5 s, as the upkeep of links.
    public var idlePause = TimeSpan.seconds(5)

    /// Peers that are told at once, without a link, that the node is a client from now on. Higher: a burst of handshakes. Lower:
    /// more find out only when they ask it next, within ten minutes. 32 are the two nearest buckets.
    public var told = 32

    /// Networks whose dial of this node is remembered. Higher: memory. Lower than ``needed``: links prove nothing.
    public var callers = 8
    /// For how long. Higher: a firewall that closes for TCP too is noticed late. Lower: a mesh at rest, where nobody dials,
    /// forgets that it could. One hour.
    public var callerLife = TimeSpan.hours(1)

    /// Dial-backs sent per second for one network of the Internet, or one peer of a local one. Higher: more small datagrams to
    /// ports that somebody names. Lower: nodes behind one address wait. One.
    public var perSecond: UInt64 = 1
    /// The same that may be saved up. Higher and lower as above. 4 are the tries of one node, and one more.
    public var burst: UInt64 = 4
    /// Dial-backs sent per second in all. Higher: more traffic for others. Lower: the known nodes of a mesh in which all start
    /// at once decline. 32 are 550 bytes/s.
    public var allPerSecond: UInt64 = 32
    /// The same that may be saved up; 256 nodes that start at once.
    public var allBurst: UInt64 = 256
    /// Networks whose rate is remembered. Higher: memory, 60 bytes each. Lower: who asks through many networks gets more; the
    /// limit over all still holds.
    public var networks = 1_024

    public init() {}
}
