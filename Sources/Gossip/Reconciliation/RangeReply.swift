import Overlay

/// A message while it is written, as the answer to the parts of another one.
struct RangeReply {
    /// A range that differs is divided into so many. Part of what both sides expect of each other, not of the format.
    private static let buckets = 16
    /// Bytes left free in a limited frame, for the end of a list and the fingerprint of what found no room.
    private static let reserve = 200

    enum Role {
        /// Learns from lists what is different.
        case beginner
        /// Answers lists with its own.
        case answerer
    }

    private let items: ItemVector
    private let role: Role
    private let frameLimit: Int?
    private var writer = RangeWriter()
    /// Where the next range begins.
    private var lower = 0
    private var lowerBound = RangeBound.start
    /// Whether the ranges up to `lowerBound` need no further word, which is said only if another part follows.
    private var isSkipping = false
    /// Nothing more can be taken, because the frame is full.
    private(set) var isComplete = false
    private(set) var have: [Bytes32] = []
    private(set) var need: [Bytes32] = []

    init(_ items: ItemVector, role: Role, frameLimit: Int?) {
        self.items = items
        self.role = role
        self.frameLimit = frameLimit
        writer.byte(Reconciler.version)
    }

    var bytes: [UInt8] { writer.bytes }
    /// Whether there is nothing in it but the version.
    var isEmpty: Bool { writer.count == 1 }

    // MARK: Taking

    /// Answers the next range of the other side.
    mutating func take(_ range: ReconciledRange) {
        var upper = items.position(of: range.upper, from: lower)
        var mark = writer.count
        switch range.content {
        case .skip: isSkipping = true
        case .fingerprint(let theirs) where items.fingerprint(of: lower..<upper) == theirs: isSkipping = true
        case .fingerprint:
            writeSkip()
            divide(lower..<upper, below: range.upper)
        case .idList(let theirs) where role == .beginner:
            isSkipping = true
            compare(lower..<upper, with: theirs)
        case .idList:
            upper = list(lower..<upper, below: range.upper)
            mark = writer.count
        }
        if isFull(writer.count) {
            complete(keeping: mark, from: upper)
        } else {
            lower = upper
            lowerBound = range.upper
        }
    }

    /// Takes both lists apart; an id that the other side says twice is needed once.
    private mutating func compare(_ range: Range<Int>, with ids: [Bytes32]) {
        let theirs = Set(ids)
        var known: Set<Bytes32> = []
        for item in items.items[range] {
            known.insert(item.id)
            if !theirs.contains(item.id) { have.append(item.id) }
        }
        need += ids.filter { known.insert($0).inserted }
    }

    private func isFull(_ count: Int) -> Bool {
        frameLimit.map { count > $0 - Self.reserve } ?? false
    }

    /// Ends a full frame. The fingerprint is that of the items behind the range that found no room, although the receiver
    /// takes it for that of the range too: it finds a difference where there may be none, and asks again, as the other
    /// implementations make it do.
    private mutating func complete(keeping mark: Int, from upper: Int) {
        writer.truncate(to: mark)
        writer.fingerprint(items.fingerprint(of: upper..<items.count), below: .infinity)
        isComplete = true
    }

    // MARK: Writing

    private mutating func writeSkip() {
        guard isSkipping else { return }
        isSkipping = false
        writer.skip(below: lowerBound)
    }

    /// Writes one fingerprint of everything below a bound.
    mutating func summarize(below bound: RangeBound) {
        let end = items.position(of: bound, from: 0)
        writer.fingerprint(items.fingerprint(of: 0..<end), below: bound)
    }

    /// Writes the ids of a range, or fingerprints of its parts when there are too many.
    mutating func divide(_ range: Range<Int>, below bound: RangeBound) {
        guard range.count >= 2 * Self.buckets else { return writer.idList(items.items[range], below: bound) }
        let (size, larger) = range.count.quotientAndRemainder(dividingBy: Self.buckets)
        var start = range.lowerBound
        for bucket in 0..<Self.buckets {
            let end = start + size + (bucket < larger ? 1 : 0)
            let upper =
                end == range.upperBound ? bound : RangeBound(between: items.items[end - 1], and: items.items[end])
            writer.fingerprint(items.fingerprint(of: start..<end), below: upper)
            start = end
        }
    }

    /// Writes the ids of a range, as many as find room.
    /// - Returns: the place behind the last of them.
    private mutating func list(_ range: Range<Int>, below bound: RangeBound) -> Int {
        // The bytes of a skip before the list are within the reserve, and others do not count them either.
        let before = writer.count
        writeSkip()
        let end = range.first { isFull(before + ($0 - range.lowerBound) * Bytes32.count) } ?? range.upperBound
        let upper = end == range.upperBound ? bound : RangeBound(before: items.items[end])
        writer.idList(items.items[range.lowerBound..<end], below: upper)
        return end
    }
}
