extension JSONLines {
    /// All runs of a file.
    /// - Throws: ``ReportingError`` with the number of the line.
    public static func records(in text: String) throws -> [RunRecord] {
        var reader = Reader()
        // Carriage return and line feed are one Character: bytes tell the lines apart.
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let line = String(Substring(line))
            if line.allSatisfy(\.isWhitespace) { continue }
            try reader.take(line, number: index + 1)
        }
        return try reader.finish(after: lines.count)
    }

    private struct Tag: Codable {
        var kind: String
    }

    /// Puts records together, line by line.
    private struct Reader {
        private var done: [RunRecord] = []
        private var open: RunRecord?
        private var start = 0
        private var taken = 0

        mutating func take(_ line: String, number: Int) throws {
            let tag = try StableJSON.read(Tag.self, line, line: number)
            guard let kind = Kind(rawValue: tag.kind) else {
                throw ReportingError(line: number, "`\(tag.kind)` is no kind of line of a run")
            }
            if kind == .header { return try begin(line, number: number) }
            guard var record = open else {
                throw ReportingError(line: number, "a header is expected before \(kind.rawValue) lines")
            }
            taken += 1
            if kind == .footer { return try end(&record, line, number: number) }
            try Self.add(kind, line, number: number, to: &record)
            open = record
        }

        func finish(after lines: Int) throws -> [RunRecord] {
            if open != nil {
                throw ReportingError(
                    line: lines, "the run that begins in line \(start) has no footer: the file was cut off")
            }
            guard !done.isEmpty else { throw ReportingError("there is no run in it") }
            return done
        }

        private mutating func begin(_ line: String, number: Int) throws {
            if open != nil {
                throw ReportingError(
                    line: number, "a run begins, but the one that begins in line \(start) has no footer")
            }
            let schema = try StableJSON.read(Schema.self, line, line: number).schema
            guard schema == RunRecord.currentSchema else {
                throw ReportingError(
                    line: number, "schema \(schema) was found; this version reads \(RunRecord.currentSchema)")
            }
            let header = try StableJSON.read(Line<Header>.self, line, line: number).body
            var record = RunRecord(
                tool: header.tool, scenario: header.scenario, summary: header.summary, system: header.system,
                seed: header.seed, command: header.command, nodes: header.nodes)
            record.options = header.options
            open = record
            start = number
            taken = 1
        }

        private mutating func end(_ record: inout RunRecord, _ line: String, number: Int) throws {
            let footer = try StableJSON.read(Line<Footer>.self, line, line: number).body
            guard footer.lines == taken else {
                throw ReportingError(
                    line: number,
                    "the run has \(taken) lines since its header in line \(start), and its footer counts \(footer.lines)"
                )
            }
            record.figures = footer.figures
            record.criteria = footer.criteria
            record.violationCount = footer.violationCount
            record.digest = footer.digest
            record.events = footer.events
            record.virtualMilliseconds = footer.virtualMilliseconds
            record.settledMilliseconds = footer.settledMilliseconds
            record.cost = footer.cost
            done.append(record)
            open = nil
        }

        private static func add(_ kind: Kind, _ line: String, number: Int, to record: inout RunRecord) throws {
            switch kind {
            case .second:
                record.series.append(try StableJSON.read(Line<RecordedSecond>.self, line, line: number).body)
            case .violation:
                record.violations.append(try StableJSON.read(Line<RecordedViolation>.self, line, line: number).body)
            case .histogram:
                record.histograms.append(try StableJSON.read(Line<RecordedHistogram>.self, line, line: number).body)
            case .fault:
                try note(StableJSON.read(Line<FaultEdge>.self, line, line: number).body, number: number, in: &record)
            case .places:
                record.places += try places(StableJSON.read(Line<Places>.self, line, line: number).body, number: number)
            case .header, .footer:
                break
            }
        }
    }

    private struct Schema: Codable {
        var schema: Int
    }
}

extension JSONLines {
    /// Starts come in any order of faults; a fault that was not announced before has an empty place until it is.
    private static func note(_ edge: FaultEdge, number: Int, in record: inout RunRecord) throws {
        guard (0..<mostFaults).contains(edge.fault) else {
            throw ReportingError(line: number, "fault \(edge.fault): 0 to \(mostFaults - 1) is expected")
        }
        while record.faults.count <= edge.fault { record.faults.append(RecordedFault(start: 0, end: nil, text: "")) }
        switch edge.edge {
        case .start:
            record.faults[edge.fault].start = edge.time
            record.faults[edge.fault].text = edge.text ?? ""
        case .end:
            record.faults[edge.fault].end = edge.time
        }
    }

    /// No plan has as many; a number out of a broken file must not fill the memory.
    private static let mostFaults = 100_000

    private static func places(_ columns: Places, number: Int) throws -> [RecordedPlace] {
        let count = columns.node.count
        guard columns.x.count == count, columns.y.count == count, columns.region.count == count,
            columns.links.count == count
        else { throw ReportingError(line: number, "the columns of the places are of different lengths") }
        let malicious = Set(columns.malicious)
        return (0..<count).map {
            RecordedPlace(
                node: columns.node[$0], x: columns.x[$0], y: columns.y[$0], region: columns.region[$0],
                links: columns.links[$0], isMalicious: malicious.contains(columns.node[$0]))
        }
    }
}
