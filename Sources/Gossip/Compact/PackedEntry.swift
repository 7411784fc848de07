import Overlay

/// An entry as it stands in a packed message: in its compact form behind the number of a dictionary, or as it is behind a 0.
public struct PackedEntry: Sendable {
    /// Stands where nothing was deflated.
    public static let plain: UInt8 = 0

    /// The number of an ``EntryDictionary``, or ``plain``.
    public let dictionary: UInt8
    /// As on the wire.
    public let bytes: [UInt8]
    /// The entry, where it is known without inflating: in the process that made the message.
    private let entry: [UInt8]?

    private init(dictionary: UInt8, bytes: [UInt8], entry: [UInt8]?) {
        self.dictionary = dictionary
        self.bytes = bytes
        self.entry = entry
    }

    /// What a message has that was read.
    init(dictionary: UInt8, bytes: [UInt8]) {
        self.init(dictionary: dictionary, bytes: bytes, entry: nil)
    }

    /// An entry as it is.
    public init(plain entry: [UInt8]) {
        self.init(dictionary: Self.plain, bytes: entry)
    }

    /// An entry for who knows these dictionaries.
    init(_ entry: CatalogEntry, readable: [EntryDictionary]) {
        guard case .compact(let dictionary, let compact) = entry.form, readable.contains(dictionary) else {
            self.init(plain: entry.bytes)
            return
        }
        self.init(dictionary: dictionary.rawValue, bytes: compact, entry: entry.bytes)
    }

    var isCompact: Bool { dictionary != Self.plain }

    /// The form of the entry, when it is a compact one that was inflated.
    var form: WireForm { EntryDictionary(rawValue: dictionary).map { .compact($0, bytes) } ?? .untried }

    /// The entry; nothing is known of it but its length.
    /// - Parameters:
    ///   - readable: the dictionaries that the reader knows.
    ///   - limit: the most bytes that a compact form may stand for.
    public func unpacked(
        of mesh: MeshID, readable: [EntryDictionary] = EntryDictionary.allCases,
        limit: Int = GossipSettings.messageLength
    ) throws(CompactRefusal) -> [UInt8] {
        guard isCompact else { return bytes }
        guard let known = EntryDictionary(rawValue: dictionary), readable.contains(known) else {
            throw .unknownDictionary(dictionary)
        }
        if let entry {
            guard entry.count <= limit else { throw .tooLong }
            return entry
        }
        return try known.inflate(bytes, of: mesh, limit: limit)
    }
}

/// Two are the same when they are on the wire.
extension PackedEntry: Hashable {
    public static func == (left: PackedEntry, right: PackedEntry) -> Bool {
        left.dictionary == right.dictionary && left.bytes == right.bytes
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(dictionary)
        hasher.combine(bytes)
    }
}
