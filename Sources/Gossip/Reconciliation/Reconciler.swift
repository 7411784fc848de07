import Overlay

/// Finds out what two sets of items have apart, in a conversation whose messages are those of negentropy, version 1: the
/// side that begins says fingerprints of ranges, the other divides the ranges that differ, and so on until they are so
/// small that ids are listed. Neither side keeps anything between two messages but its set.
public struct Reconciler: Sendable {
    /// The first byte of every message.
    public static let version: UInt8 = 0x61
    /// Bytes below which a frame cannot be limited, so that every message gets the conversation further.
    public static let smallestFrame = 4_096

    private let items: ItemVector
    private let frameLimit: Int?

    /// - Parameter frameLimit: the most bytes of a message, at least ``smallestFrame``; what finds no room comes up again in
    ///   the next. Nil for no limit.
    public init(_ items: ItemVector, frameLimit: Int? = nil) {
        self.items = items
        self.frameLimit = frameLimit.map { max($0, Self.smallestFrame) }
    }

    /// What the side that began learns from an answer.
    public struct Conclusion: Hashable, Sendable {
        /// Ids that this side has and the other lacks, among what the answer was about.
        public var have: [Bytes32] = []
        /// Ids that the other side has and this one lacks.
        public var need: [Bytes32] = []
        /// What to send next; nil at the end of the conversation.
        public var next: [UInt8]?
    }

    /// Begins a conversation with fingerprints of the parts of the whole set, or its ids when there are few.
    public func opening() -> [UInt8] {
        var reply = RangeReply(items, role: .beginner, frameLimit: frameLimit)
        reply.divide(0..<items.count, below: .infinity)
        return reply.bytes
    }

    /// Begins a conversation with one fingerprint of all items below `bound`: the shortest way to learn that two sets are
    /// equal, at one more round trip when they are not. The items above are not talked of.
    public func shortOpening(below bound: RangeBound = .infinity) -> [UInt8] {
        var reply = RangeReply(items, role: .beginner, frameLimit: frameLimit)
        reply.summarize(below: bound)
        return reply.bytes
    }

    /// What the other side answers; nothing but the version when the ranges are equal, or when the message is of a version
    /// that is not spoken here.
    public func answer(_ message: [UInt8]) throws(MalformedRanges) -> [UInt8] {
        var reader = RangeReader(message)
        var reply = RangeReply(items, role: .answerer, frameLimit: frameLimit)
        guard try reader.version() == Self.version else { return reply.bytes }
        while !reply.isComplete, let range = try reader.next() { reply.take(range) }
        return reply.bytes
    }

    /// Takes an answer on the side that began.
    public func conclude(_ message: [UInt8]) throws(MalformedRanges) -> Conclusion {
        var reader = RangeReader(message)
        var reply = RangeReply(items, role: .beginner, frameLimit: frameLimit)
        let version = try reader.version()
        guard version == Self.version else { throw .version(version) }
        while !reply.isComplete, let range = try reader.next() { reply.take(range) }
        return Conclusion(have: reply.have, need: reply.need, next: reply.isEmpty ? nil : reply.bytes)
    }
}
