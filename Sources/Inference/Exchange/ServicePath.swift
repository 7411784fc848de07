import Gossip

/// A request path taken apart: `/{type}/{service}{rest}`.
public struct ServicePath: Hashable, Sendable {
    public var service: ServiceName
    /// Path and query behind the service as the client sent them: empty, or begins with `/` or `?`.
    public var rest: String

    public init(service: ServiceName, rest: String) {
        self.service = service
        self.rest = rest
    }

    /// Why a path is not one of a service, in the words that the seed uses.
    public enum Refusal: String, Error, Sendable {
        case path = "Invalid path"
        case serviceType = "Invalid service type"
    }

    /// Takes `/{type}/{service}[/{rest}][?{query}]` apart without decoding anything in `rest`.
    public init(parsing path: String) throws(Refusal) {
        let bytes = Array(path.utf8)
        guard bytes.first == UInt8(ascii: "/") else { throw .path }
        guard let typeEnd = bytes.dropFirst().firstIndex(of: UInt8(ascii: "/")) else { throw .path }
        let isDelimiter = { (byte: UInt8) in byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") }
        let afterType = bytes[(typeEnd + 1)...]
        let nameEnd = afterType.firstIndex(where: isDelimiter) ?? bytes.endIndex
        guard let type = ServiceType(text: String(decoding: bytes[1..<typeEnd], as: UTF8.self)) else {
            throw .serviceType
        }
        let name = String(decoding: bytes[(typeEnd + 1)..<nameEnd], as: UTF8.self)
        guard let service = ServiceName(type: type, name: name) else { throw .path }
        self.init(service: service, rest: String(decoding: bytes[nameEnd...], as: UTF8.self))
    }
}
