import Foundation

/// JSON with keys in one order, so that equal values give equal bytes.
enum StableJSON {
    static func line(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func pretty(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }

    /// - Throws: ``ReportingError`` that names the field in question.
    static func read<Value: Decodable>(_ type: Value.Type, _ text: String, line: Int? = nil) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch let error as DecodingError {
            throw ReportingError(line: line, explanation(error))
        }
    }

    private static func explanation(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context): "\(place(context))`\(key.stringValue)` is missing"
        case .valueNotFound(_, let context): "\(place(context))a value is expected, null was found"
        case .typeMismatch(let type, let context):
            "\(place(context))\(type) is expected, something else was found"
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            "this is no JSON object, or it was cut off"
        case .dataCorrupted(let context): "\(place(context))\(context.debugDescription)"
        @unknown default: "it cannot be read"
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        return path.isEmpty ? "" : "in `\(path)`: "
    }
}
