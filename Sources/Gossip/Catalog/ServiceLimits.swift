/// What a host says a service can take. Absent means that the host does not say.
public struct ServiceLimits: Hashable, Sendable {
    /// Tokens of prompt and answer together.
    public var contextLength: UInt32?
    /// Tokens of one answer.
    public var outputTokens: UInt32?
    /// Requests in progress at a time.
    public var concurrency: UInt32?

    /// Zero means the same as absent, as it does on the wire.
    public init(contextLength: UInt32? = nil, outputTokens: UInt32? = nil, concurrency: UInt32? = nil) {
        self.contextLength = contextLength.flatMap { $0 == 0 ? nil : $0 }
        self.outputTokens = outputTokens.flatMap { $0 == 0 ? nil : $0 }
        self.concurrency = concurrency.flatMap { $0 == 0 ? nil : $0 }
    }

    public static let unstated = ServiceLimits()
}
