import Overlay

/// The network of a plan: how far nodes are from each other, and what happens to packets between them. It changes never;
/// what happens to a packet is a function of the seed, of who sends to whom, and of the packet's number.
///
/// Fates of streams are ``StreamPath``'s, fates of datagrams ``fate(ofDatagram:length:from:to:at:under:)``'s.
public struct NetworkModel: Sendable {
    /// Least retransmission timeout of an established connection, above the round trip (Linux, `TCP_RTO_MIN`).
    public static let leastRetransmission = TimeSpan.milliseconds(200)
    /// Retransmission timeout before a round trip was measured (RFC 6298, section 2.1).
    public static let firstRetransmission = TimeSpan.seconds(1)

    let draws: Draws
    private let latencies: Latencies
    private let jitterPercent: UInt64
    private let loss: Ratio
    private let bursts: BurstChain?
    let duplication: Ratio
    /// Payload bytes of one packet of a stream.
    public let packetLength: Int
    /// Bytes a second of each direction of a node's access link; nil is without limit.
    public let bandwidth: UInt64?

    /// - Throws: ``NetworkError`` when a number of the plan makes no network.
    public init(_ plan: Plan) throws(NetworkError) {
        guard (1...65_535).contains(plan.packetLength) else { throw .packetLength(plan.packetLength) }
        guard plan.bandwidth != 0 else { throw .noBandwidth }
        guard plan.jitterPercent <= 1_000 else { throw .jitter(plan.jitterPercent) }
        draws = Draws(seed: plan.seed)
        latencies = try Latencies(plan)
        jitterPercent = plan.jitterPercent
        loss = plan.loss
        bursts = if let bursts = plan.burstLoss { try BurstChain(bursts) } else { nil }
        duplication = plan.duplication
        packetLength = plan.packetLength
        bandwidth = plan.bandwidth
    }

    /// No packet between two nodes takes less than this, whatever happens to it.
    public var floor: TimeSpan { latencies.floor }

    /// How long a packet takes from one node to another without jitter: at least ``floor``, and the same both ways unless a
    /// matrix says otherwise.
    public func base(from: NodeIndex, to: NodeIndex) -> TimeSpan { latencies.base(from: from, to: to) }

    /// Names of regions, by number.
    public var regions: [String] { latencies.regions }
    /// The region that a node lives in: a number below the count of ``regions``.
    public func region(of node: NodeIndex) -> Int { latencies.region(of: node) }
    /// Where a node is on a map, in thousandths of its width and height from the upper left corner.
    public func position(of node: NodeIndex) -> (x: UInt16, y: UInt16) { latencies.position(of: node) }

    // MARK: One packet

    /// What a packet takes on top of `base`.
    func jitter(on base: TimeSpan, of subject: UInt64, packet: UInt64) -> TimeSpan {
        guard jitterPercent > 0 else { return .zero }
        let width = base.nanoseconds / 100 * jitterPercent
        return draws.span(in: SpanRange(.zero, TimeSpan(nanoseconds: width)), .jitter, of: subject, packet)
    }

    /// Whether one transmission of one packet is lost.
    func loses(
        _ subject: UInt64, transmission: UInt64, from: NodeIndex, to: NodeIndex, at now: VirtualTime,
        under impairment: Impairment
    ) -> Bool {
        if loss.numerator > 0, draws.happens(loss, .loss, of: subject, transmission) { return true }
        if impairment.loss.numerator > 0, draws.happens(impairment.loss, .extraLoss, of: subject, transmission) {
            return true
        }
        guard let bursts else { return false }
        return bursts.loses(subject, transmission: transmission, from: from, to: to, at: now, draws: draws)
    }
}
