import Overlay

/// How long entries take from their publisher to the other nodes.
public struct Deliveries: Sendable {
    private struct Entry: Hashable {
        let publisher: PeerID
        let sequence: UInt64
    }

    private struct Listing: Hashable {
        let node: NodeIndex
        let publisher: PeerID
    }

    private var publishedAt: [Entry: VirtualTime] = [:]
    /// The last sequence that each node listed of each publisher, so that nothing counts twice.
    private var listed: [Listing: UInt64] = [:]
    /// One span for each entry and each node that listed it.
    public private(set) var spans: [TimeSpan] = []

    public init() {}

    mutating func published(_ sequence: UInt64, by publisher: PeerID, at time: VirtualTime) {
        publishedAt[Entry(publisher: publisher, sequence: sequence)] = time
    }

    mutating func listed(_ sequence: UInt64, of publisher: PeerID, by node: NodeIndex, at time: VirtualTime) {
        guard listed.updateValue(sequence, forKey: Listing(node: node, publisher: publisher)) != sequence else {
            return
        }
        guard let start = publishedAt[Entry(publisher: publisher, sequence: sequence)] else { return }
        spans.append(time.since(start))
    }
}
