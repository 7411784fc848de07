import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// What went wrong with a backend, in words for the log.
enum BackendProblem {
    static func text(_ error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case is HTTPParserError: "its answer is not HTTP"
        case let error as HTTPClientError where error == .remoteConnectionClosed: "it closed the connection"
        case let error as HTTPClientError where error == .connectTimeout: "no connection within the limit"
        case let error as HTTPClientError: error.shortDescription
        default: "\(error)"
        }
    }
}
