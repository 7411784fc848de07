import Overlay

/// Looks at a routing table from outside, with numbers of its own.
public struct TableCheck: Hashable, Sendable {
    /// One entry of a table.
    public struct Entry: Hashable, Sendable {
        public let key: NodeKey
        public let node: NodeIndex
        /// Where it is reached; those of networks that limits do not count for are left out.
        public let addresses: [IPAddress]

        public init(key: NodeKey, node: NodeIndex, addresses: [IPAddress]) {
            self.key = key
            self.node = node
            self.addresses = addresses
        }
    }

    /// Kademlia's k.
    public var bucketSize = 20
    /// Entries of one /24 (IPv4) or /48 (IPv6) in a bucket and in the table, as go-ethereum has it.
    public var perPrefixInBucket = 2
    public var perPrefixInTable = 10

    public init() {}

    /// - Parameter buckets: by the number of leading bits that their keys share with the node's own.
    public func inspect(
        _ buckets: [[Entry]], of node: NodeIndex, key: NodeKey, at time: VirtualTime, into violations: inout [Violation]
    ) {
        var seen = Set<NodeIndex>()
        var inTable: [Prefix: Int] = [:]
        for (place, bucket) in buckets.enumerated() {
            var inBucket: [Prefix: Int] = [:]
            if bucket.count > bucketSize {
                let text = "bucket \(place) has \(bucket.count) entries, \(bucketSize) allowed"
                violations.append(Violation(.tableShape, at: time, node: node, text))
            }
            for entry in bucket {
                if let text = misplaced(entry, in: place, own: key, node: node, seen: &seen) {
                    violations.append(Violation(.tableShape, at: time, node: node, text))
                }
                for prefix in Set(entry.addresses.compactMap(Prefix.init)) {
                    inBucket[prefix, default: 0] += 1
                    inTable[prefix, default: 0] += 1
                }
            }
            report(inBucket, above: perPrefixInBucket, place: "bucket \(place)", node, time, &violations)
        }
        report(inTable, above: perPrefixInTable, place: "the table", node, time, &violations)
    }

    private func misplaced(
        _ entry: Entry, in place: Int, own: NodeKey, node: NodeIndex, seen: inout Set<NodeIndex>
    ) -> String? {
        if entry.node == node { return "it is in its own table" }
        if !seen.insert(entry.node).inserted { return "node \(entry.node) is in the table twice" }
        let shared = own.commonPrefixLength(with: entry.key)
        return shared == place ? nil : "node \(entry.node) is in bucket \(place) and belongs in \(shared)"
    }

    private func report(
        _ counts: [Prefix: Int], above most: Int, place: String, _ node: NodeIndex, _ time: VirtualTime,
        _ violations: inout [Violation]
    ) {
        guard let greatest = counts.values.max(), greatest > most else { return }
        let text = "\(greatest) entries of one network in \(place), \(most) allowed"
        violations.append(Violation(.tablePrefixes, at: time, node: node, text))
    }

    /// The network of an address, as far as limits go. The private addresses of this simulator, 10/8, are of no network: the same one
    /// is in use at many places.
    private struct Prefix: Hashable {
        let isSix: Bool
        let bits: UInt64

        init?(_ address: IPAddress) {
            switch address {
            case .v4(let bits):
                guard bits >> 24 != 10 else { return nil }
                isSix = false
                self.bits = UInt64(bits >> 8)
            case .v6(let high, _):
                isSix = true
                bits = high >> 16
            }
        }
    }
}
