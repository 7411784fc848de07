import Overlay

/// What all malicious nodes of a world know together: what anybody published, which everybody may see, and their own
/// contacts. Nothing in here is a secret of an honest node.
///
/// A world has one. It tells it of every entry that is published, and hands it to ``Misbehavior`` with every question.
public struct Conspiracy: Sendable {
    /// The nodes of one fault: accomplices of each other.
    public struct Circle: Hashable, Sendable {
        public let number: UInt32

        /// - Parameter number: of the fault in its plan.
        public init(_ number: Int) {
            self.number = UInt32(truncatingIfNeeded: number)
        }
    }

    private let settings: MaliceSettings
    private var entries: [[UInt8]] = []
    private var oldest = 0
    /// In ascending order of their keys.
    private var contacts: [Circle: [ContactRecord]] = [:]

    public init(settings: MaliceSettings = MaliceSettings()) {
        self.settings = settings
    }

    // MARK: Entries

    /// Published entries that are remembered.
    public var entryCount: Int { entries.count }

    /// Takes note of an entry that some node has published, exact bytes.
    public mutating func published(_ bytes: [UInt8]) {
        guard entries.count >= settings.rememberedEntries else { return entries.append(bytes) }
        guard !entries.isEmpty else { return }
        entries[oldest] = bytes
        oldest = (oldest + 1) % entries.count
    }

    /// One of the remembered entries, chosen by a random word; nil when there is none.
    func entry(chosenBy word: UInt64) -> [UInt8]? {
        guard !entries.isEmpty else { return nil }
        return entries[Int(word.multipliedFullWidth(by: UInt64(entries.count)).high)]
    }

    // MARK: Accomplices

    /// How many nodes of a circle have joined it.
    public func memberCount(of circle: Circle) -> Int { contacts[circle]?.count ?? 0 }

    /// A node joins its circle, or has a newer contact.
    mutating func join(_ record: ContactRecord, circle: Circle) {
        var members = contacts[circle] ?? []
        let index = members.index(ofFirstNotBefore: record.key)
        if index < members.count, members[index].key == record.key {
            members[index] = record
        } else {
            members.insert(record, at: index)
        }
        contacts[circle] = members
    }

    /// A node has become honest.
    mutating func leave(_ peer: PeerID, circle: Circle) {
        contacts[circle]?.removeAll { $0.peer == peer }
    }

    /// The members nearest to a key, nearest first, without the one that asks.
    ///
    /// Those that share at least a certain prefix with the key stand next to each other, so only they are sorted.
    func members(of circle: Circle, nearest target: NodeKey, count: Int, except asker: PeerID) -> [ContactRecord] {
        guard count > 0, let members = contacts[circle] else { return [] }
        let middle = members.index(ofFirstNotBefore: target)
        let window = max(0, middle - count - 1)..<min(members.count, middle + count + 1)
        let shared = members[window].map { $0.key.commonPrefixLength(with: target) }.sorted(by: >)
        let least = shared.count > count ? shared[count] : 0
        var first = window.lowerBound
        while first > 0, members[first - 1].key.commonPrefixLength(with: target) >= least { first -= 1 }
        var end = window.upperBound
        while end < members.count, members[end].key.commonPrefixLength(with: target) >= least { end += 1 }
        return Array(
            members[first..<end].filter { $0.peer != asker }
                .sorted { $0.key.distance(to: target) < $1.key.distance(to: target) }
                .prefix(count))
    }
}

extension [ContactRecord] {
    /// Where a key stands, or would stand, in a list in ascending order of keys.
    fileprivate func index(ofFirstNotBefore key: NodeKey) -> Int {
        var range = 0..<count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = self[middle].key < key ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }
}
