import Overlay

/// The head of an HTTP request on its way from the caller's node to the host: method, path and header fields.
public struct RequestHead: Hashable, Sendable {
    public var method: String
    /// `/{type}/{service}/{rest}?{query}`, percent-encoding as the client sent it.
    public var path: String
    public var fields: [HeaderField]

    public init(method: String, path: String, fields: [HeaderField]) {
        self.method = method
        self.path = path
        self.fields = fields
    }
}
