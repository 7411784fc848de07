import Inference

extension OpenAIError {
    /// What the client of the local API is told when a request to `host` ended without an answer.
    init(_ failure: ExchangeFailure) {
        switch failure {
        case .unreachable:
            self = .badGateway(code: "provider_unreachable", "\(failure)")
        case .refused(let status, let code, let message):
            self.init(
                status: (400...599).contains(status) ? status : 502, type: Self.refusalType(status), code: code,
                message: message, shouldRetry: false)
        case .unattested(let message):
            self = .labelUnattested(message)
        case .failed(let code, let message):
            self.init(backendCode: code, message: message)
        case .timedOut:
            self = .gatewayTimeout("\(failure)")
        case .disconnected(let reason):
            self = .upstreamDisconnected(reason)
        case .overloaded(let retryAfter):
            self = .overloaded(retryAfterMilliseconds: retryAfter.milliseconds)
        case .cancelled:
            self.init(
                status: 499, type: "invalid_request_error", code: "cancelled", message: "the request was cancelled")
        case .protocolViolation:
            self = .badGateway(code: "bad_gateway", "\(failure)")
        }
    }

    private init(backendCode code: String, message: String) {
        switch code {
        case "invalid_request": self = .invalidRequest(message)
        case "backend_timeout": self = .gatewayTimeout(message)
        default: self = .badGateway(code: code, message)
        }
    }

    private static func refusalType(_ status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 400..<500: "invalid_request_error"
        default: "server_error"
        }
    }
}
