import Overlay
import YAML

/// Settings of the nodes' cores.
extension ScenarioDecoder {
    mutating func knobs(_ node: YAMLNode?) {
        guard let node, node.content != .null else { return }
        let names = Knob.Name.allCases.map(\.rawValue)
        let fields = mapping(node, known: names, context: "knobs: ")
        // In the order of the names and not of the file, so that the same knobs make the same plan.
        plan.knobs = Knob.Name.allCases.compactMap { knob($0, fields[$0.rawValue]) }
    }

    private mutating func knob(_ name: Knob.Name, _ node: YAMLNode?) -> Knob? {
        let range = name.range
        let context = "knobs: \(name.rawValue): "
        guard name.isTime else {
            let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
            return value(node, context, expected: expected) { text in
                UnitText.count(text).map(UInt64.init).flatMap { range.contains($0) ? Knob(name, $0) : nil }
            }
        }
        let ends = [range.lowerBound, range.upperBound].map { TimeSpan.milliseconds($0).shortText }
        return value(node, context, expected: "a length of time from \(ends[0]) to \(ends[1])") { text in
            UnitText.span(text).map(\.milliseconds).flatMap { range.contains($0) ? Knob(name, $0) : nil }
        }
    }
}
