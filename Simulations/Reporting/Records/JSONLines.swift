/// Runs as lines of JSON: a header with all options; then, in the order of virtual time, a line for each second, the starts
/// and ends of faults, and violations; then distributions and places; then a footer with the results. Several runs may follow
/// each other in one file.
public enum JSONLines {
    /// The first member that tells what a line is; the others are those of the type that it holds.
    enum Kind: String, Codable {
        case header, second, fault, violation, histogram, places, footer
    }

    /// `body`'s members with a `kind` beside them.
    struct Line<Body: Codable>: Codable {
        let kind: Kind
        let body: Body

        private enum CodingKeys: String, CodingKey { case kind }

        init(_ kind: Kind, _ body: Body) {
            self.kind = kind
            self.body = body
        }

        init(from decoder: any Decoder) throws {
            kind = try decoder.container(keyedBy: CodingKeys.self).decode(Kind.self, forKey: .kind)
            body = try Body(from: decoder)
        }

        func encode(to encoder: any Encoder) throws {
            try body.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(kind, forKey: .kind)
        }
    }

    struct Header: Codable {
        var schema: Int
        var tool: String
        var scenario: String
        var summary: String
        var system: String
        var seed: UInt64
        var command: String
        var nodes: Int
        var options: [RecordedOption]
    }

    struct FaultEdge: Codable {
        enum Edge: String, Codable { case start, end }

        /// Which fault of the plan, counted from zero.
        var fault: Int
        var edge: Edge
        /// Milliseconds since the world began.
        var time: UInt64
        /// With the start alone.
        var text: String?
    }

    /// One column for each member of ``RecordedPlace``: a tenth of what an object for each node would take.
    struct Places: Codable {
        var node: [UInt32]
        var x: [UInt16]
        var y: [UInt16]
        var region: [UInt8]
        var links: [UInt16]
        /// Numbers of the nodes.
        var malicious: [UInt32]
    }

    struct Footer: Codable {
        var figures: [RecordedFigure]
        var criteria: [RecordedCriterion]
        var violationCount: Int
        var digest: String
        var events: UInt64
        var virtualMilliseconds: UInt64
        var settledMilliseconds: UInt64?
        var cost: RunCost
        /// Lines of this run, header and footer included: what tells a whole file from one with a hole.
        var lines: Int
    }
}
