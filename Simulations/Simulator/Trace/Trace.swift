import Overlay

/// The fingerprint of what one node went through: everything that it was told, in order, as (time, kind, digest of the
/// content).
///
/// Each node has one; the fingerprint of a run is their sum. Two runs with the same one went the same way for every node,
/// whatever order unrelated nodes took turns in.
public struct Trace: Hashable, Sendable {
    /// What a node was told. The numbers are part of the hash.
    public enum Kind: UInt8, Sendable {
        case started = 1
        case established
        case message
        case roundTrip
        case streamOpened
        case streamData
        case streamFinished
        case streamReset
        case streamSent
        case closed
        case dialSucceeded
        case dialFailed
        case woken
        case stopped
        case backend
        case request
        case lookup
        case datagram
    }

    private var digest: Digest64

    /// - Parameter node: so that two nodes that go through the same do not have the same fingerprint.
    init(of node: NodeIndex) {
        digest = Digest64(seed: UInt64(node.number) + 1)
    }

    mutating func note(_ kind: Kind, at time: VirtualTime, content: UInt64) {
        digest.absorb(time.nanoseconds)
        digest.absorb(UInt64(kind.rawValue) << 56 ^ content)
    }

    /// The fingerprint of all these nodes together: 16 hexadecimal digits.
    static func hash(_ traces: some Sequence<Trace>) -> String {
        var sum: UInt64 = 0
        for trace in traces {
            var end = trace.digest
            end.absorb(0)
            sum &+= end.state
        }
        let digits = String(sum, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
