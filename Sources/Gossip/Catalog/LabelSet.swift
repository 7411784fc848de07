/// Labels with distinct keys, in order of their keys.
public struct LabelSet: Hashable, Sendable {
    /// Labels of one node or one service. Higher: entries grow by up to 320 bytes per label. Lower: operators run out.
    /// 16 is SAM's own limit.
    public static let capacity = 16

    /// In ascending order of the keys' bytes.
    public let labels: [Label]

    public static let empty = LabelSet()

    private init() {
        labels = []
    }

    /// Nil when a key is there twice or there are more than ``capacity``.
    public init?(_ labels: [Label]) {
        guard labels.count <= Self.capacity else { return nil }
        let sorted = labels.sorted { $0.key.utf8Precedes($1.key) }
        guard Self.isOrdered(sorted) else { return nil }
        self.labels = sorted
    }

    /// Takes what is in order already and nothing else, as entries on the wire must be.
    init?(ordered labels: [Label]) {
        guard labels.count <= Self.capacity, Self.isOrdered(labels) else { return nil }
        self.labels = labels
    }

    /// Reads `k=v,k=v`; the empty string is the empty set. Nil for an empty element, a malformed or a repeated one.
    public init?(parsing text: some StringProtocol) {
        guard !text.isEmpty else {
            self = .empty
            return
        }
        var labels: [Label] = []
        for element in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let label = Label(element) else { return nil }
            labels.append(label)
        }
        self.init(labels)
    }

    public var isEmpty: Bool { labels.isEmpty }

    /// The value of `key`, if any.
    public subscript(key: String) -> String? {
        labels.first { $0.key == key }?.value
    }

    /// Whether this very label, key and value, is among them.
    public func contains(_ label: Label) -> Bool {
        labels.contains(label)
    }

    private static func isOrdered(_ labels: [Label]) -> Bool {
        labels.isStrictlyAscending { $0.key.utf8Precedes($1.key) }
    }
}

extension LabelSet: CustomStringConvertible {
    public var description: String { labels.map(\.description).joined(separator: ",") }
}
