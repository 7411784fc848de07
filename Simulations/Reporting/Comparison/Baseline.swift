/// The figures of a scenario over a set of seeds, to compare later runs with.
public struct Baseline: Codable, Hashable, Sendable {
    /// The layout of baselines that this version writes and reads.
    public static let currentSchema = 1

    public struct Entry: Codable, Hashable, Sendable {
        public let name: String
        public let values: Spread
    }

    public let schema: Int
    public let tool: String
    public let scenario: String
    public let system: String
    /// What made it.
    public let command: String
    public let seeds: [UInt64]
    /// Of the plan, without the seed.
    public let options: [RecordedOption]
    /// In the order of the first run.
    public let figures: [Entry]

    /// - Throws: ``ReportingError`` when there is no run, or when the runs are not of one scenario, one system and one plan.
    public init(of records: [RunRecord], command: String) throws {
        guard let first = records.first else { throw ReportingError("there are no runs to make a baseline of") }
        let options = Self.options(of: first)
        for record in records {
            guard record.scenario == first.scenario, record.system == first.system else {
                throw ReportingError(
                    "a baseline is of one scenario and one system; there are \(first.scenario) of \(first.system) and "
                        + "\(record.scenario) of \(record.system)")
            }
            guard Self.options(of: record) == options else {
                throw ReportingError(
                    "seeds \(first.seed) and \(record.seed) ran with different options: "
                        + Self.differences(options, Self.options(of: record)).joined(separator: "; "))
            }
        }
        let seeds = records.map(\.seed).sorted()
        guard Set(seeds).count == seeds.count else { throw ReportingError("one seed is there twice") }
        schema = Self.currentSchema
        tool = first.tool
        scenario = first.scenario
        system = first.system
        self.command = command
        self.seeds = seeds
        self.options = options
        figures = Self.names(of: records).compactMap { name in
            Spread(records.compactMap { $0.figure(name) }).map { Entry(name: name, values: $0) }
        }
    }

    /// Nil when the baseline has no figure of this name.
    public func values(of name: String) -> Spread? { figures.first { $0.name == name }?.values }

    /// As it stands in a file: keys in order, each on a line of its own.
    public var json: String {
        get throws { try StableJSON.pretty(self) }
    }

    /// Reads the text of a file.
    /// - Throws: ``ReportingError`` that says which member is wrong.
    public init(json: String) throws {
        struct Schema: Codable { var schema: Int }
        let schema = try StableJSON.read(Schema.self, json).schema
        guard schema == Self.currentSchema else {
            throw ReportingError("schema \(schema) was found; this version reads \(Self.currentSchema)")
        }
        self = try StableJSON.read(Self.self, json)
    }

    static func options(of record: RunRecord) -> [RecordedOption] {
        // The number of threads changes no result.
        record.options.filter { $0.name != "seed" && $0.name != "threads" }
    }

    /// Names of the figures of all runs, in the order of the first run that has them.
    static func names(of records: [RunRecord]) -> [String] {
        var names: [String] = []
        var known: Set<String> = []
        for record in records {
            for figure in record.figures where known.insert(figure.name).inserted { names.append(figure.name) }
        }
        return names
    }

    /// Options that one list has and the other has not, in words.
    static func differences(_ left: [RecordedOption], _ right: [RecordedOption]) -> [String] {
        let leftSet = Set(left)
        let rightSet = Set(right)
        let lost = left.filter { !rightSet.contains($0) }.map { "\($0.name) was \($0.value)" }
        let new = right.filter { !leftSet.contains($0) }.map { "\($0.name) is \($0.value)" }
        return lost + new
    }
}
