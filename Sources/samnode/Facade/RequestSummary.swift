/// What the facade has to know of a request's body; everything else passes through unread.
struct RequestSummary: Equatable, Sendable {
    var model: String
    /// Whether the client wants server-sent events; false when it does not say.
    var stream: Bool
}

/// Why a body is not one that can be routed.
enum RequestScanError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Not JSON; the offset is in bytes from the beginning.
    case malformed(offset: Int)
    /// The body ends inside a value.
    case truncated
    case notAnObject
    case tooDeep(limit: Int)
    case missingModel
    case modelNotText
    /// Two `model` keys, which the backend may read differently from this node.
    case repeatedModel
    case modelTooLong(limit: Int)

    var description: String {
        switch self {
        case .malformed(let offset): "the request body is not valid JSON (at byte \(offset))"
        case .truncated: "the request body is not valid JSON (it ends too early)"
        case .notAnObject: "the request body must be a JSON object"
        case .tooDeep(let limit): "the request body is nested deeper than \(limit) levels"
        case .missingModel: "missing required field: model"
        case .modelNotText: "the field model must be a non-empty string"
        case .repeatedModel: "the field model is there twice"
        case .modelTooLong(let limit): "the field model is longer than \(limit) bytes"
        }
    }
}
