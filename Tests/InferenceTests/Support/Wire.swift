import Overlay

@testable import Inference

/// The fake TCP connection between two nodes: two lanes with a delay, each with a bound on what is under way.
struct Wire {
    struct End {
        let node: Int
        let link: LinkID
    }

    struct Delivery {
        let at: Instant
        /// Nil is the end of the stream.
        let bytes: Bytes?
    }

    /// One direction, first in, first out.
    struct Lane {
        private var queue: [Delivery] = []
        private var head = 0
        private(set) var underWay = 0
        private(set) var total = 0
        /// The sender was told that the socket takes no more.
        var isFull = false
        var hasEnded = false

        var first: Delivery? { head < queue.count ? queue[head] : nil }

        mutating func push(_ bytes: Bytes?, at: Instant) {
            guard !hasEnded else { return }
            hasEnded = bytes == nil
            underWay += bytes?.readableBytes ?? 0
            total += bytes?.readableBytes ?? 0
            queue.append(Delivery(at: at, bytes: bytes))
        }

        mutating func pop() -> Delivery? {
            guard let first else { return nil }
            head += 1
            underWay -= first.bytes?.readableBytes ?? 0
            if head == queue.count {
                queue.removeAll(keepingCapacity: true)
                head = 0
            }
            return first
        }
    }

    /// The dialer's end, then the other.
    let ends: [End]
    /// Lane `i` carries from end `i` to the other.
    var lanes = [Lane(), Lane()]
    /// Everything that is sent vanishes, and nobody is told.
    var isSilent = false
    /// Beyond the latency of all wires; to be set while nothing is under way.
    var delay = TimeSpan.zero
}
