import AsyncHTTPClient
import Inference
import NIOCore
import NIOHTTP1
import NIOPosix

extension ServingFailure {
    static let noSuchService = ServingFailure(
        code: "service_unavailable", message: "this host does not offer the service any more", isRetryable: true)
    static let badPath = ServingFailure(
        code: "invalid_request", message: "the path behind the service is not valid", isRetryable: false)
    static let interrupted = ServingFailure(
        code: interruption, message: "the backend closed the connection before its answer was complete",
        isRetryable: false)

    /// What a failure before the head of the answer means for the caller. Only what happened before the request left is
    /// safe to try elsewhere.
    init(backendError error: any Error) {
        switch error {
        case let error as HTTPClientError:
            self.init(clientError: error)
        case is NIOConnectionError:
            self.init(code: "backend_unavailable", message: "the backend is down", isRetryable: true)
        case let error as IOError:
            self.init(
                code: "backend_unavailable", message: "the connection to the backend broke",
                isRetryable: error.errnoCode == ECONNREFUSED)
        case ChannelError.connectTimeout:
            self.init(code: "backend_unavailable", message: "the backend cannot be reached in time", isRetryable: true)
        case is HTTPParserError:
            self.init(code: "bad_gateway", message: "the backend does not speak HTTP", isRetryable: false)
        default:
            self.init(code: "bad_gateway", message: "the backend failed", isRetryable: false)
        }
    }

    private init(clientError error: HTTPClientError) {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout:
            self.init(code: "backend_unavailable", message: "the backend cannot be reached in time", isRetryable: true)
        case .deadlineExceeded, .readTimeout:
            self.init(code: "backend_timeout", message: "the backend did not answer in time", isRetryable: false)
        case .remoteConnectionClosed:
            self.init(
                code: "backend_unavailable", message: "the backend closed the connection without an answer",
                isRetryable: false)
        default:
            self.init(code: "bad_gateway", message: "the backend failed", isRetryable: false)
        }
    }
}
