import CYAML

/// Reads one YAML document into a tree of ``YAMLNode`` through libyaml's event parser.
///
/// Only what a file of settings needs: one document, no aliases (the tree cannot blow up), no tags that change a value's
/// type, no key twice. It collects what it can report and go on from, and stops at the first thing it cannot.
public struct YAMLReader {
    private let settings: Settings
    private var builder: YAMLTreeBuilder

    /// Never fails: whatever is wrong is in the document's problems.
    public static func read(_ text: [UInt8], settings: Settings = Settings()) -> YAMLDocument {
        guard text.count <= settings.maximumBytes else {
            let message = "found \(text.count) bytes, expected at most \(settings.maximumBytes)"
            return YAMLDocument(root: nil, problems: [YAMLProblem(mark: .start, message: message)])
        }
        var reader = YAMLReader(settings: settings)
        do throws(YAMLProblem) {
            try reader.parse(text)
            return YAMLDocument(root: reader.builder.root, problems: reader.builder.problems)
        } catch {
            return YAMLDocument(root: nil, problems: reader.builder.problems + [error])
        }
    }

    private init(settings: Settings) {
        self.settings = settings
        builder = YAMLTreeBuilder(settings: settings)
    }

    private mutating func parse(_ text: [UInt8]) throws(YAMLProblem) {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else {
            throw YAMLProblem(mark: .start, message: "found no memory for a parser, expected some")
        }
        defer { yaml_parser_delete(parser) }
        // The input must stay where it is while the parser lives, so it is copied to a buffer of its own.
        let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(text.count, 1))
        defer { input.deallocate() }
        _ = input.initialize(from: text)
        yaml_parser_set_input_string(parser, input.baseAddress, text.count)
        while try !step(parser, text) {}
    }

    /// Takes one event. `true` at the end of the text.
    private mutating func step(
        _ parser: UnsafeMutablePointer<yaml_parser_t>, _ text: [UInt8]
    ) throws(YAMLProblem) -> Bool {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw YAMLProblem(parser: parser.pointee, text: text) }
        defer { yaml_event_delete(&event) }
        let mark = YAMLMark(event.start_mark)
        switch event.type {
        case YAML_STREAM_END_EVENT: return true
        case YAML_DOCUMENT_START_EVENT: try builder.startDocument(at: mark)
        case YAML_ALIAS_EVENT: try builder.alias(String(event.data.alias.anchor), at: mark)
        case YAML_SCALAR_EVENT: try builder.scalar(YAMLScalar(event), at: mark)
        case YAML_SEQUENCE_START_EVENT:
            try builder.open(.list([]), tag: String(event.data.sequence_start.tag), at: mark)
        case YAML_MAPPING_START_EVENT:
            try builder.open(.mapping([]), tag: String(event.data.mapping_start.tag), at: mark)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: try builder.close()
        default: break
        }
        return false
    }
}

extension YAMLMark {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: Int(clamping: mark.line) &+ 1, column: Int(clamping: mark.column) &+ 1)
    }

    /// The place of a byte in UTF-8 text.
    fileprivate init(offset: Int, in text: [UInt8]) {
        let before = text.prefix(max(0, offset))
        let lineStart = (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        let isFirstOfCharacter = { (byte: UInt8) in byte & 0b1100_0000 != 0b1000_0000 }
        self.init(
            line: before.count { $0 == UInt8(ascii: "\n") } + 1,
            column: before[lineStart...].count(where: isFirstOfCharacter) + 1)
    }
}

extension YAMLProblem {
    /// What libyaml says about its own state after it refused to go on.
    fileprivate init(parser: yaml_parser_t, text: [UInt8]) {
        var message = "found text that is not YAML: \(String(parser.problem) ?? "no reason is known")"
        if let context = String(parser.context) {
            message += " (\(context) that begins at line \(YAMLMark(parser.context_mark).line))"
        }
        // Bytes that are no text are met while reading ahead, before anything has a mark.
        let isUnreadable = parser.error == YAML_READER_ERROR
        let mark =
            isUnreadable ? YAMLMark(offset: parser.problem_offset, in: text) : YAMLMark(parser.problem_mark)
        self.init(mark: mark, message: message)
    }
}

extension YAMLScalar {
    fileprivate init(_ event: yaml_event_t) {
        let scalar = event.data.scalar
        let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        self.init(
            text: String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
            tag: String(scalar.tag))
    }
}

extension String {
    fileprivate init?(_ text: UnsafePointer<CChar>?) {
        guard let text else { return nil }
        self.init(cString: text)
    }

    fileprivate init?(_ text: UnsafeMutablePointer<yaml_char_t>?) {
        guard let text else { return nil }
        self.init(cString: text)
    }
}
