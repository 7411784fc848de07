import NIOCore

/// Finds one short field of a `multipart/form-data` body (RFC 7578), as audio requests carry their model.
struct MultipartScanner: Sendable {
    /// Bytes of a field's value that is looked at; names of models have at most 255.
    private static let valueCapacity = 1_024
    /// RFC 2046 section 5.1.1.
    private static let boundaryCapacity = 70
    private static let headEnd = Array("\r\n\r\n".utf8)

    let delimiter: [UInt8]

    init(boundary: String) {
        delimiter = Array("--\(boundary)".utf8)
    }

    /// The boundary when the type is multipart/form-data and has a valid one.
    static func boundary(contentType: String?) -> String? {
        guard let contentType, contentType.lowercased().hasPrefix("multipart/form-data") else { return nil }
        for parameter in contentType.split(separator: ";").dropFirst() {
            let pair = parameter.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].lowercased().filter({ $0 != " " }) == "boundary" else { continue }
            let value = pair[1].filter { $0 != "\"" && $0 != " " }
            return (1...boundaryCapacity).contains(value.utf8.count) ? value : nil
        }
        return nil
    }

    /// The value of the first field of that name; nil when it is missing, too long or not UTF-8.
    func field(_ name: String, in body: ByteBufferView) -> String? {
        var rest = body[...]
        while let start = rest.firstRange(of: delimiter) {
            let part = rest[start.upperBound...]
            guard let headEnd = part.firstRange(of: Self.headEnd) else { return nil }
            let head = String(decoding: part[..<headEnd.lowerBound], as: UTF8.self)
            let content = part[headEnd.upperBound...]
            if Self.isHead(head, of: name) {
                guard let end = content.firstRange(of: [0x0D, 0x0A] + delimiter) else { return nil }
                let value = content[..<end.lowerBound]
                return value.count <= Self.valueCapacity ? String(validating: value, as: UTF8.self) : nil
            }
            rest = content
        }
        return nil
    }

    private static func isHead(_ head: String, of name: String) -> Bool {
        head.split(whereSeparator: \.isNewline).contains { line in
            line.lowercased().hasPrefix("content-disposition:") && line.contains("name=\"\(name)\"")
                && !line.contains("filename=")
        }
    }
}
