/// A domain name: labels of bytes, outermost last. Equal without regard to ASCII case (RFC 4343).
public struct DNSName: Sendable {
    /// As they were written; none is empty.
    public let labels: [[UInt8]]

    /// - Throws: ``DNSError/label`` and ``DNSError/nameTooLong``.
    public init(labels: [[UInt8]]) throws(DNSError) {
        for label in labels {
            guard (1...DNSLimits.labelLength).contains(label.count) else { throw .label }
        }
        guard labels.reduce(1, { $0 + $1.count + 1 }) <= DNSLimits.nameLength else { throw .nameTooLong }
        self.labels = labels
    }

    /// From labels joined by dots, without an escape: for names of this program.
    public init(_ text: String) throws(DNSError) {
        try self.init(labels: text.split(separator: ".", omittingEmptySubsequences: false).map { Array($0.utf8) })
    }

    /// Whether this name is `parent` with one label before it.
    func isChild(of parent: DNSName) -> Bool {
        labels.count == parent.labels.count + 1 && folded.dropFirst() == parent.folded[...]
    }

    private var folded: [[UInt8]] {
        labels.map { label in label.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 } }
    }
}

extension DNSName: Hashable {
    public static func == (left: DNSName, right: DNSName) -> Bool { left.folded == right.folded }

    public func hash(into hasher: inout Hasher) { hasher.combine(folded) }
}

extension DNSName: CustomStringConvertible {
    public var description: String { labels.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".") }
}
