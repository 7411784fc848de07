import Gossip
import YAML

extension ConfigurationDecoder {
    private static let keyExpectation = "1 to \(Label.maximumKeyLength) of A-Z a-z 0-9 _ . -"
    private static let valueExpectation =
        "1 to \(Label.maximumValueLength) bytes without \",\", \"=\" and control characters"

    /// A mapping of label keys to values.
    mutating func labels(_ node: YAMLNode?, context: String) -> LabelSet {
        guard let node, node.content != .null else { return .empty }
        var labels: [Label] = []
        for entry in entries(node, context: context, expected: "a mapping of label keys to values") {
            if let label = label(entry, context: context) { labels.append(label) }
        }
        if let set = LabelSet(labels) { return set }
        report(node.mark, "\(context)found \(labels.count) labels, expected at most \(LabelSet.capacity)")
        return .empty
    }

    private mutating func label(_ entry: YAMLEntry, context: String) -> Label? {
        // A value that is certainly legal tells which of the two is wrong.
        guard Label(key: entry.key, value: "x") != nil else {
            report(
                entry.keyMark, "\(context)found the key \(entry.key.quotedForMessage), expected \(Self.keyExpectation)")
            return nil
        }
        let context = "\(context)\(entry.key): "
        guard let value = text(entry.value, context: context, expected: Self.valueExpectation) else { return nil }
        guard let label = Label(key: entry.key, value: value) else {
            report(entry.value.mark, "\(context)found \(entry.value.found), expected \(Self.valueExpectation)")
            return nil
        }
        return label
    }
}
