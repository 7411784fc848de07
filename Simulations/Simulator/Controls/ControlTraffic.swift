import Overlay

/// What nodes sent, in messages and bytes of the protocol.
struct ControlTraffic: Sendable {
    private(set) var messages: UInt64 = 0
    private(set) var bytes: UInt64 = 0
    private var sent: [UInt64]
    /// How long a node has run in its earlier lives, and when the present one began.
    private var ran: [TimeSpan]
    private var since: [VirtualTime?]

    init(count: Int) {
        sent = Array(repeating: 0, count: count)
        ran = Array(repeating: .zero, count: count)
        since = Array(repeating: nil, count: count)
    }

    mutating func count(_ node: Int, bytes length: Int) {
        messages += 1
        countBytes(node, bytes: length)
    }

    mutating func countBytes(_ node: Int, bytes length: Int) {
        bytes += UInt64(length)
        sent[node] += UInt64(length)
    }

    mutating func begin(_ node: Int, at time: VirtualTime) { since[node] = time }

    mutating func end(_ node: Int, at time: VirtualTime) {
        if let start = since[node] { ran[node] = ran[node] + time.since(start) }
        since[node] = nil
    }

    /// Bytes that a node sent in a second of its lives, on average, and of the node that sent most.
    func bytesPerSecond(at time: VirtualTime) -> (mean: Double, greatest: Double) {
        var seconds = 0.0
        var greatest = 0.0
        for node in sent.indices {
            let span = ran[node] + (since[node].map { time.since($0) } ?? .zero)
            guard span >= .seconds(1) else { continue }
            let lived = Double(span.milliseconds) / 1_000
            seconds += lived
            greatest = max(greatest, Double(sent[node]) / lived)
        }
        return (seconds > 0 ? Double(bytes) / seconds : 0, greatest)
    }

    /// The summed time that nodes have run.
    func nodeHours(at time: VirtualTime) -> Double {
        sent.indices.reduce(0) { sum, node in
            let span = ran[node] + (since[node].map { time.since($0) } ?? .zero)
            return sum + Double(span.milliseconds) / 3_600_000
        }
    }
}
