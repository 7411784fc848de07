import Overlay

/// What honest nodes really published, written down where it happened: the truth that catalogs are compared with.
///
/// Each shard of a world keeps all of it: what ``takeNews()`` of one gives is told to ``learn(_:)`` of the others before
/// any node there can hear of it.
public struct EntryLedger: Sendable {
    /// An entry as its publisher signed it, or the end of all its entries.
    public struct Note: Hashable, Sendable {
        public let publisher: NodeIndex
        /// Nil when the publisher took its entry back.
        public let entry: Entry?
    }

    public struct Entry: Hashable, Sendable {
        public let sequence: UInt64
        /// See ``EntryLedger/digest(of:)``.
        public let digest: UInt64
        public let expiry: WallTime

        public init(sequence: UInt64, digest: UInt64, expiry: WallTime) {
            self.sequence = sequence
            self.digest = digest
            self.expiry = expiry
        }
    }

    /// The published life of one node.
    struct Page: Sendable {
        /// In the order of publication.
        var entries: [Entry] = []
        var lastExpiry = WallTime(milliseconds: 0)
        /// It took everything back at least once.
        var hasWithdrawn = false
        /// It wants to be listed now.
        var isLive = false
    }

    private var pages: [Page] = []
    /// By node: its place among the pages, plus one.
    private var places: [UInt32]
    private var malicious: NodeSet
    private var news: [Note] = []
    /// Honest nodes that want to be listed.
    public private(set) var liveCount = 0

    /// - Parameter nodes: the number of nodes in the world.
    public init(nodes: Int) {
        places = Array(repeating: 0, count: max(0, nodes))
        malicious = NodeSet(capacity: nodes)
    }

    /// Tells entries apart. Not meant to resist anybody: malicious nodes of a world do not look for collisions here.
    public static func digest(of bytes: [UInt8]) -> UInt64 {
        var digest = Digest64()
        var word: UInt64 = 0
        for (place, byte) in bytes.enumerated() {
            word = word << 8 | UInt64(byte)
            if place & 7 == 7 { digest.absorb(word) }
        }
        digest.absorb(word)
        digest.absorb(UInt64(bytes.count))
        return digest.state
    }

    func page(of publisher: NodeIndex) -> Page? {
        guard publisher.offset < places.count, places[publisher.offset] > 0 else { return nil }
        return pages[Int(places[publisher.offset]) - 1]
    }

    /// Whether what the node says of itself is not judged.
    public func isMalicious(_ node: NodeIndex) -> Bool { malicious.contains(node) }

    /// From now on the node may say of itself what it likes; it does not count as one that wants to be listed.
    /// To be told to all shards.
    public mutating func becameMalicious(_ node: NodeIndex) {
        guard !malicious.contains(node) else { return }
        malicious.insert(node)
        if page(of: node)?.isLive == true { liveCount -= 1 }
    }

    /// A publisher signed an entry.
    public mutating func published(_ entry: Entry, by publisher: NodeIndex) {
        note(Note(publisher: publisher, entry: entry), isNews: true)
    }

    /// A publisher took its entry back.
    public mutating func withdrawn(by publisher: NodeIndex) {
        note(Note(publisher: publisher, entry: nil), isNews: true)
    }

    /// What was written down here since the last time.
    public mutating func takeNews() -> [Note] {
        defer { news = [] }
        return news
    }

    /// What was written down in another shard.
    public mutating func learn(_ notes: [Note]) {
        for note in notes { self.note(note, isNews: false) }
    }

    private mutating func note(_ note: Note, isNews: Bool) {
        if isNews { news.append(note) }
        let place = place(of: note.publisher)
        let wasLive = pages[place].isLive
        if let entry = note.entry {
            pages[place].entries.append(entry)
            pages[place].lastExpiry = max(pages[place].lastExpiry, entry.expiry)
            pages[place].isLive = true
        } else {
            pages[place].hasWithdrawn = true
            pages[place].isLive = false
        }
        guard !isMalicious(note.publisher), wasLive != pages[place].isLive else { return }
        liveCount += wasLive ? -1 : 1
    }

    private mutating func place(of publisher: NodeIndex) -> Int {
        if places[publisher.offset] > 0 { return Int(places[publisher.offset]) - 1 }
        pages.append(Page())
        places[publisher.offset] = UInt32(pages.count)
        return pages.count - 1
    }
}
