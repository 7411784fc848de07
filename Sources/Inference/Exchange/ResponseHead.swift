/// The head of the backend's HTTP response on its way back: status and header fields.
public struct ResponseHead: Hashable, Sendable {
    /// 100–599.
    public var status: Int
    public var fields: [HeaderField]

    public init(status: Int, fields: [HeaderField]) {
        self.status = status
        self.fields = fields
    }
}
