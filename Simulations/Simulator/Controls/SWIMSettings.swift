import Overlay

/// Values of SWIM as memberlist has them for local networks, before Lifeguard (Dadgar, Phillips and Currey 2018: α = 5, β = 1).
/// Without the pings over TCP that memberlist adds.
struct SWIMSettings: Sendable {
    /// A protocol period (`ProbeInterval`).
    var period = TimeSpan.seconds(1)
    /// Without an answer for so long others are asked to ping (`ProbeTimeout`).
    var probeTimeout = TimeSpan.milliseconds(500)
    /// How many of them (`IndirectChecks`).
    var indirectProbes = 3
    /// A suspected member is dead after so many periods times the decimal logarithm of the members (`SuspicionMult`).
    var suspicionFactor: UInt64 = 5
    /// News is sent so often times the decimal logarithm of the members, rounded up (`RetransmitMult`).
    var retransmissionFactor = 4
    /// Between messages that carry news to random members, and how many of these (`GossipInterval`, `GossipNodes`).
    var gossipInterval = TimeSpan.milliseconds(200)
    var gossipMembers = 3
    /// News that fits in a datagram of 1,400 bytes.
    var newsOfDatagram = 25
    /// Between exchanges of whole states with a random member (`PushPullInterval`): what heals news that was not told to
    /// somebody who was just joining.
    var exchangeInterval = TimeSpan.seconds(30)
    /// A ping or its answer, and an item of news.
    var pingLength = 40
    var newsLength = 50
    /// A member in the state that a new node is sent.
    var memberLength = 60
}

/// Decimal logarithms without floating point.
enum DecimalLogarithm {
    /// The logarithm of a number in thousandths, rounded down; the number is at least one.
    static func thousandths(of number: Int) -> UInt64 {
        // Binary digits after the point come from squaring: a number that its square pushes past two has the next bit set.
        let top = UInt64(UInt64.bitWidth - 1 - UInt64(max(1, number)).leadingZeroBitCount)
        let whole = UInt64(max(1, number))
        var mantissa = top > 30 ? whole >> (top - 30) : whole << (30 - top)
        var binary = top << 16
        for bit in (0..<UInt64(16)).reversed() {
            mantissa = (mantissa * mantissa) >> 30
            guard mantissa >= 1 << 31 else { continue }
            mantissa = mantissa >> 1
            binary |= 1 << bit
        }
        // log10(2) = 0.30102999566
        return (binary * 301_029_996 / 1_000_000) >> 16
    }
}
