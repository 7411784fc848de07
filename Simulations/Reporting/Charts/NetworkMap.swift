/// Where nodes are: colours are regions, sizes are links. Nodes of one look are one path of round dots, which takes ten bytes
/// a node.
struct NetworkMap: Sendable {
    let title: String
    let description: String
    let places: [RecordedPlace]

    static let width = 640.0
    static let height = 400.0
    private static let margin = 14.0

    /// How a node is drawn.
    enum Look: Hashable, Sendable {
        case running(region: UInt8, size: Int)
        case unlinked
        case malicious

        var classes: String {
            switch self {
            case .running(let region, let size): "dots c\(Int(region) % Palette.count) s\(size)"
            case .unlinked: "dots off"
            case .malicious: "dots bad"
            }
        }
    }

    /// Links from which on dots are larger: a third of the nodes is below each.
    var thresholds: (UInt16, UInt16) {
        let links = places.map(\.links).filter { $0 > 0 }.sorted()
        guard !links.isEmpty else { return (1, 1) }
        return (links[links.count / 3], links[links.count * 2 / 3])
    }

    func look(of place: RecordedPlace, _ thresholds: (UInt16, UInt16)) -> Look {
        if place.isMalicious { return .malicious }
        guard place.links > 0 else { return .unlinked }
        return .running(region: place.region, size: place.links > thresholds.1 ? 2 : place.links > thresholds.0 ? 1 : 0)
    }

    var drawing: Markup {
        let thresholds = thresholds
        var order: [Look] = []
        var paths: [Look: String] = [:]
        for place in places {
            let look = look(of: place, thresholds)
            if paths[look] == nil { order.append(look) }
            paths[look, default: ""] += dot(place)
        }
        var svg = Markup()
        let box = "0 0 \(Coordinate.text(Self.width)) \(Coordinate.text(Self.height))"
        svg.add("svg", [("viewBox", box), ("role", "img"), ("class", "chart map")]) { svg in
            svg.add("title", [], title)
            svg.add("desc", [], description)
            // What is rare lies above.
            for look in order.sorted(by: { Self.rank($0) < Self.rank($1) }) {
                svg.add("path", [("class", look.classes), ("d", paths[look] ?? "")])
            }
        }
        return svg
    }

    private static func rank(_ look: Look) -> Int {
        switch look {
        case .running(let region, let size): Int(region) * 3 + size
        case .unlinked: 1_000
        case .malicious: 1_001
        }
    }

    /// A line of no length, which round caps make a dot.
    private func dot(_ place: RecordedPlace) -> String {
        let x = Self.margin + Double(min(place.x, 1_000)) / 1_000 * (Self.width - 2 * Self.margin)
        let y = Self.margin + Double(min(place.y, 1_000)) / 1_000 * (Self.height - 2 * Self.margin)
        return "M\(Coordinate.text(x)) \(Coordinate.text(y))h0"
    }
}
