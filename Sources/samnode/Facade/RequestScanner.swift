/// Reads `model` and `stream` at the top level of a JSON object, fed in pieces of any size.
///
/// It checks as much of the grammar (RFC 8259) as it needs to know where it is, and stores nothing else: nested values
/// are skipped by counting brackets, so that a body of any size costs the memory of one name.
struct RequestScanner: Sendable {
    private enum State: Equatable {
        /// Before the object.
        case start
        /// After `{`: a key or the end.
        case firstKey
        /// After `,`: a key.
        case key
        case colon
        case value
        /// After a value: `,` or `}`.
        case separator
        /// In a string at the top level.
        case string(isKey: Bool)
        /// In `true`, `null` or a number at the top level.
        case scalar
        /// In a nested value.
        case nested
        /// After the object: nothing but white space.
        case end
    }

    private enum Field {
        case model
        case stream
        case other
    }

    private let settings: FacadeSettings
    private var state = State.start
    private var offset = 0
    private var field = Field.other
    /// Open brackets of the nested value, as closing characters.
    private var closers: [UInt8] = []
    private var isInNestedString = false
    private var isEscaped = false
    private var token: [UInt8] = []
    private var tokenOverflowed = false
    private var model: String?
    private var stream = false

    init(settings: FacadeSettings = FacadeSettings()) {
        self.settings = settings
    }

    mutating func feed(_ bytes: some Sequence<UInt8>) throws(RequestScanError) {
        for byte in bytes {
            try take(byte)
            offset += 1
        }
    }

    /// What was found, once the body is complete.
    func finish() throws(RequestScanError) -> RequestSummary {
        guard state != .start else { throw .notAnObject }
        guard state == .end else { throw .truncated }
        guard let model else { throw .missingModel }
        return RequestSummary(model: model, stream: stream)
    }

    private mutating func take(_ byte: UInt8) throws(RequestScanError) {
        switch state {
        case .string(let isKey): try takeString(byte, isKey: isKey)
        case .nested: try takeNested(byte)
        case .scalar: try takeScalar(byte)
        default:
            if !byte.isJSONSpace { try takeStructure(byte) }
        }
    }

    private mutating func takeStructure(_ byte: UInt8) throws(RequestScanError) {
        switch (state, byte) {
        case (.start, UInt8(ascii: "{")): state = .firstKey
        case (.start, _): throw .notAnObject
        case (.firstKey, UInt8(ascii: "\"")), (.key, UInt8(ascii: "\"")): beginString(isKey: true)
        case (.firstKey, UInt8(ascii: "}")), (.separator, UInt8(ascii: "}")): state = .end
        case (.separator, UInt8(ascii: ",")): state = .key
        case (.colon, UInt8(ascii: ":")): state = .value
        case (.value, _): try beginValue(byte)
        default: throw .malformed(offset: offset)
        }
    }

    private mutating func beginString(isKey: Bool) {
        token.removeAll(keepingCapacity: true)
        tokenOverflowed = false
        isEscaped = false
        state = .string(isKey: isKey)
    }

    private mutating func beginValue(_ byte: UInt8) throws(RequestScanError) {
        switch byte {
        case UInt8(ascii: "\""):
            beginString(isKey: false)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            if field == .model { throw .modelNotText }
            closers.removeAll(keepingCapacity: true)
            isInNestedString = false
            try open(byte)
            state = .nested
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"):
            token = [byte]
            state = .scalar
        default:
            throw .malformed(offset: offset)
        }
    }

    private mutating func takeString(_ byte: UInt8, isKey: Bool) throws(RequestScanError) {
        if byte < 0x20 { throw .malformed(offset: offset) }
        if byte == UInt8(ascii: "\""), !isEscaped {
            return isKey ? try endKey() : try endStringValue()
        }
        isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        if token.count < settings.modelNameCapacity {
            token.append(byte)
        } else {
            tokenOverflowed = true
        }
    }

    private mutating func endKey() throws(RequestScanError) {
        state = .colon
        switch tokenOverflowed ? nil : JSONText.decode(token) {
        case "model":
            if model != nil { throw .repeatedModel }
            field = .model
        case "stream": field = .stream
        default: field = .other
        }
    }

    private mutating func endStringValue() throws(RequestScanError) {
        state = .separator
        guard field == .model else { return }
        if tokenOverflowed { throw .modelTooLong(limit: settings.modelNameCapacity) }
        guard let text = JSONText.decode(token) else { throw .malformed(offset: offset) }
        guard !text.isEmpty else { throw .modelNotText }
        model = text
    }

    private mutating func takeScalar(_ byte: UInt8) throws(RequestScanError) {
        if byte.isJSONSpace || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") {
            try endScalar()
            if !byte.isJSONSpace { try takeStructure(byte) }
            return
        }
        guard byte.isJSONScalar else { throw .malformed(offset: offset) }
        if token.count < settings.modelNameCapacity { token.append(byte) }
    }

    private mutating func endScalar() throws(RequestScanError) {
        state = .separator
        if field == .model { throw .modelNotText }
        let isName = token.first.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } ?? false
        let text = String(decoding: token, as: UTF8.self)
        if isName, !["true", "false", "null"].contains(text) { throw .malformed(offset: offset) }
        if field == .stream { stream = text == "true" }
    }

    private mutating func takeNested(_ byte: UInt8) throws(RequestScanError) {
        if isInNestedString {
            if byte < 0x20 { throw .malformed(offset: offset) }
            if byte == UInt8(ascii: "\""), !isEscaped { isInNestedString = false }
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            return
        }
        switch byte {
        case UInt8(ascii: "\""):
            isInNestedString = true
            isEscaped = false
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            try open(byte)
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            guard closers.popLast() == byte else { throw .malformed(offset: offset) }
            if closers.isEmpty { state = .separator }
        default:
            break
        }
    }

    private mutating func open(_ byte: UInt8) throws(RequestScanError) {
        guard closers.count < settings.nestingLimit else { throw .tooDeep(limit: settings.nestingLimit) }
        closers.append(byte == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]"))
    }
}

extension UInt8 {
    fileprivate var isJSONSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }

    /// What numbers and literals consist of.
    fileprivate var isJSONScalar: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"),
            UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
