import Overlay

/// One plaintext record inside a circuit's end-to-end session: kind (1) ‖ body.
public enum CircuitRecord: Sendable {
    /// Caller to host: the request's head.
    case request(RequestHead)
    /// Host to caller: the head of the backend's answer.
    case response(ResponseHead)
    /// Either way: part of a body.
    case body(Bytes)
    /// Either way: the body is complete. Without it a stream that ends was cut off.
    case end
    /// Host to caller: no, with an HTTP status, a code and a message for a person.
    case refusal(status: UInt16, code: String, message: String)
    /// Host to caller: the backend failed, or the host is at its limit.
    case failure(ServingFailure)
    /// Host to caller, while the request runs: how busy a service is that the caller asked.
    case load(ServiceLoad)

    private enum Kind: UInt8 {
        case request = 1
        case response = 2
        case body = 3
        case end = 4
        case refusal = 5
        case failure = 6
        case load = 7
    }

    /// Bytes of body in one record. With kind and tag it stays a cell of at most 16 KiB.
    static let longestBody = 16 * 1024 - 64

    /// Header fields of a head; the other end takes ``CircuitSettings/mostHeaderFields``.
    var fieldCount: Int {
        switch self {
        case .request(let head): head.fields.count
        case .response(let head): head.fields.count
        case .body, .end, .refusal, .failure, .load: 0
        }
    }

    package func encode() -> Bytes {
        var bytes = Bytes()
        switch self {
        case .request(let head):
            bytes.writeInteger(Kind.request.rawValue)
            bytes.writeText(head.method)
            bytes.writeText(head.path)
            bytes.writeFields(head.fields)
        case .response(let head):
            bytes.writeInteger(Kind.response.rawValue)
            bytes.writeInteger(UInt16(clamping: head.status))
            bytes.writeFields(head.fields)
        case .body(let content):
            bytes.writeInteger(Kind.body.rawValue)
            bytes.writeImmutableBuffer(content)
        case .end:
            bytes.writeInteger(Kind.end.rawValue)
        case .refusal(let status, let code, let message):
            bytes.writeInteger(Kind.refusal.rawValue)
            bytes.writeInteger(status)
            bytes.writeText(code)
            bytes.writeText(message)
        case .failure(let failure):
            bytes.writeInteger(Kind.failure.rawValue)
            bytes.writeText(failure.code)
            bytes.writeText(failure.message)
            bytes.writeInteger(UInt8(failure.isRetryable ? 1 : 0))
            bytes.writeInteger(UInt32(clamping: failure.retryAfter.milliseconds))
        case .load(let load):
            bytes.writeInteger(Kind.load.rawValue)
            load.encode(into: &bytes)
        }
        return bytes
    }

    /// Nil when the bytes are not exactly one record.
    package init?(decoding bytes: Bytes) {
        var bytes = bytes
        guard let rawKind = bytes.readInteger(as: UInt8.self), let kind = Kind(rawValue: rawKind) else { return nil }
        switch kind {
        case .request:
            guard let method = bytes.readText(), let path = bytes.readText(), let fields = bytes.readFields() else {
                return nil
            }
            self = .request(RequestHead(method: method, path: path, fields: fields))
        case .response:
            guard let status = bytes.readInteger(as: UInt16.self), (100...599).contains(status),
                let fields = bytes.readFields()
            else { return nil }
            self = .response(ResponseHead(status: Int(status), fields: fields))
        case .body:
            self = .body(bytes)
            return
        case .end:
            self = .end
        case .refusal:
            guard let status = bytes.readInteger(as: UInt16.self), (400...599).contains(status),
                let code = bytes.readText(), let message = bytes.readText()
            else { return nil }
            self = .refusal(status: status, code: code, message: message)
        case .failure:
            guard let code = bytes.readText(), let message = bytes.readText(),
                let retryable = bytes.readInteger(as: UInt8.self), retryable <= 1,
                let milliseconds = bytes.readInteger(as: UInt32.self)
            else { return nil }
            self = .failure(
                ServingFailure(
                    code: code, message: message, isRetryable: retryable == 1,
                    retryAfter: .milliseconds(UInt64(milliseconds))))
        case .load:
            guard let load = ServiceLoad(decoding: &bytes) else { return nil }
            self = .load(load)
        }
        guard bytes.readableBytes == 0 else { return nil }
    }
}

extension Bytes {
    fileprivate mutating func writeText(_ text: String) {
        writeShortBytes(Array(text.utf8.prefix(Int(UInt16.max))))
    }

    fileprivate mutating func readText() -> String? {
        readShortBytes().map { String(decoding: $0, as: UTF8.self) }
    }

    fileprivate mutating func writeFields(_ fields: [HeaderField]) {
        writeInteger(UInt16(clamping: fields.count))
        for field in fields.prefix(Int(UInt16.max)) {
            writeText(field.name)
            writeText(field.value)
        }
    }

    fileprivate mutating func readFields() -> [HeaderField]? {
        guard let count = readInteger(as: UInt16.self), count <= CircuitSettings.mostHeaderFields else { return nil }
        var fields: [HeaderField] = []
        for _ in 0..<count {
            guard let name = readText(), let value = readText() else { return nil }
            fields.append(HeaderField(name: name, value: value))
        }
        return fields
    }
}
