import Overlay

/// The fingerprint of a run: everything that any node was told, in order, as (time, node, kind, digest of the content).
///
/// Two runs with the same hash went the same way, event by event.
public struct Trace: Sendable {
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
        case fault
        case backend
        case request
    }

    private var low = Digest64(seed: 1)
    private var high = Digest64(seed: 2)
    /// Entries so far.
    public private(set) var count: UInt64 = 0

    public init() {}

    mutating func note(_ kind: Kind, at time: VirtualTime, node: NodeIndex, content: UInt64) {
        count += 1
        let place = UInt64(node.number) << 8 | UInt64(kind.rawValue)
        for word in [time.nanoseconds, place, content] {
            low.absorb(word)
            high.absorb(word)
        }
    }

    /// 32 hexadecimal digits.
    public var hash: String { Self.hexadecimal(high.state) + Self.hexadecimal(low.state) }

    private static func hexadecimal(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
