import Overlay

/// Why the backend's answer could not be given or completed, told to the caller's node.
public struct ServingFailure: Error, Hashable, Sendable {
    /// A word for programs, such as `backend_unavailable`.
    public var code: String
    /// A sentence for people; names no address of the backend and no key.
    public var message: String
    /// The backend never saw the request, so that another host may get it.
    public var isRetryable: Bool
    /// When trying again may help; zero when unknown.
    public var retryAfter: TimeSpan

    /// The code of an answer that broke off after it had begun.
    public static let interruption = "upstream_disconnected"

    public init(code: String, message: String, isRetryable: Bool, retryAfter: TimeSpan = .zero) {
        self.code = code
        self.message = message
        self.isRetryable = isRetryable
        self.retryAfter = retryAfter
    }
}
