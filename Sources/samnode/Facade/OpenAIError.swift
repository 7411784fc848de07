/// An error in the shape that OpenAI's SDKs read: `{"error":{"message","type","param","code"}}`.
struct OpenAIError: Error, Equatable, Sendable {
    /// HTTP status; SDKs choose the exception's class by it.
    var status: Int
    /// Class of the error: who has to do something about it.
    var type: String
    /// What went wrong, stable, for programs.
    var code: String
    /// What went wrong and what to do about it, for people.
    var message: String
    /// When another try may succeed, in milliseconds.
    var retryAfterMilliseconds: UInt64?
    /// False tells SDKs that every host was tried and that asking again at once is in vain.
    var shouldRetry: Bool?

    init(
        status: Int, type: String, code: String, message: String, retryAfterMilliseconds: UInt64? = nil,
        shouldRetry: Bool? = nil
    ) {
        self.status = status
        self.type = type
        self.code = code
        self.message = message
        self.retryAfterMilliseconds = retryAfterMilliseconds
        self.shouldRetry = shouldRetry
    }

    var json: String {
        "{\"error\":{\"message\":\(JSONText.encode(message)),\"type\":\(JSONText.encode(type)),"
            + "\"param\":null,\"code\":\(JSONText.encode(code))}}"
    }
}

extension OpenAIError {
    private static let request = "invalid_request_error"
    private static let server = "server_error"

    static func invalidRequest(_ message: String) -> OpenAIError {
        OpenAIError(status: 400, type: request, code: "invalid_request", message: message)
    }

    static func missingToken(_ message: String) -> OpenAIError {
        OpenAIError(status: 401, type: "authentication_error", code: "invalid_api_key", message: message)
    }

    static func forbidden(_ message: String) -> OpenAIError {
        OpenAIError(status: 403, type: "permission_error", code: "permission_denied", message: message)
    }

    static func notFound(_ message: String) -> OpenAIError {
        OpenAIError(status: 404, type: request, code: "not_found", message: message)
    }

    static func modelNotFound(_ model: String) -> OpenAIError {
        OpenAIError(
            status: 404, type: request, code: "model_not_found",
            message: "model \"\(model)\" is not served by any provider on the mesh; GET /v1/models lists those that are"
        )
    }

    static func methodNotAllowed(_ method: String, allowed: String) -> OpenAIError {
        OpenAIError(
            status: 405, type: request, code: "method_not_allowed",
            message: "\(method) is not allowed here; use \(allowed)")
    }

    static func tooLarge(limit: Int) -> OpenAIError {
        OpenAIError(
            status: 413, type: request, code: "request_too_large",
            message: "the request body is larger than \(limit) bytes")
    }

    static let encodedBody = OpenAIError(
        status: 415, type: request, code: "unsupported_content_encoding",
        message: "a compressed body hides the model; send it uncompressed, or to /sam/{peer}/inference/{service}/...")

    static func noEligibleProvider(_ model: String) -> OpenAIError {
        OpenAIError(
            status: 503, type: server, code: "no_eligible_provider",
            message: "no provider of model \"\(model)\" has the labels that X-Sam-Required-Labels asks for",
            shouldRetry: false)
    }

    static func labelUnattested(_ message: String) -> OpenAIError {
        OpenAIError(status: 503, type: server, code: "label_unattested", message: message, shouldRetry: false)
    }

    static func noAvailableProvider(_ model: String, reason: String? = nil) -> OpenAIError {
        OpenAIError(
            status: 503, type: server, code: "no_available_provider",
            message: "all providers for model \"\(model)\" are currently unavailable"
                + (reason.map { "; the last one failed: \($0)" } ?? ""),
            retryAfterMilliseconds: 2_000)
    }

    static func overloaded(retryAfterMilliseconds: UInt64) -> OpenAIError {
        OpenAIError(
            status: 429, type: "rate_limit_error", code: "rate_limit_exceeded",
            message: "every provider that could answer is at its limit; try again later",
            retryAfterMilliseconds: retryAfterMilliseconds)
    }

    /// The backend or the way to it was lost after the answer had begun.
    static func upstreamDisconnected(_ reason: String) -> OpenAIError {
        OpenAIError(
            status: 502, type: server, code: "upstream_disconnected",
            message: "the provider was lost before the answer was complete: \(reason)")
    }

    static func badGateway(code: String, _ message: String) -> OpenAIError {
        OpenAIError(status: 502, type: server, code: code, message: message)
    }

    static func gatewayTimeout(_ message: String) -> OpenAIError {
        OpenAIError(status: 504, type: server, code: "upstream_timeout", message: message)
    }

    static func unavailable(_ message: String) -> OpenAIError {
        OpenAIError(status: 503, type: server, code: "service_unavailable", message: message)
    }
}
