import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix

/// Asks the running node over its Unix socket, whose mode is what admits this user.
struct NodeClient: Sendable {
    /// Higher: a node that hangs holds the terminal longer. Lower: a busy machine looks like a dead node.
    private static let timeout = TimeAmount.seconds(10)
    /// Bytes of an answer: ten thousand catalog entries of 4 KiB, with room.
    static let answerCapacity = 64 << 20

    let socketPath: String
    /// Options that a hint how to start the node repeats.
    let hint: String

    init(socketPath: String, hint: String = "") {
        self.socketPath = socketPath
        self.hint = hint
    }

    /// The body of a report.
    /// - Parameter target: path and query.
    func get(_ target: String) async throws(ConsoleError) -> [UInt8] {
        try await send("GET", target, body: nil)
    }

    /// Hands the node something.
    /// - Parameter target: path and query.
    /// - Returns: the body of its answer.
    func post(_ target: String, _ body: [UInt8]) async throws(ConsoleError) -> [UInt8] {
        try await send("POST", target, body: body)
    }

    /// Reads an answer that goes on until the node ends it.
    /// - Parameter receive: takes what has come.
    func follow(
        _ target: String, _ receive: (ByteBufferView) throws(ConsoleError) -> Void
    ) async throws(ConsoleError) {
        let request = HTTPClientRequest(url: try url(of: target))
        let http = Self.http()
        let result = await Self.followed(request, from: http, receive)
        try? await http.shutdown()
        switch result {
        case .success: return
        case .failure(let error as ConsoleError): throw error
        case .failure(let error): throw explain(error)
        }
    }

    private static func followed(
        _ request: HTTPClientRequest, from http: HTTPClient, _ receive: (ByteBufferView) throws(ConsoleError) -> Void
    ) async -> Result<Void, any Error> {
        do {
            let response = try await http.execute(request, deadline: .distantFuture)
            guard response.status == .ok else {
                throw ConsoleError(.unavailable, "the node answers with status \(response.status.code)")
            }
            for try await part in response.body { try receive(part.readableBytesView) }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private static func http() -> HTTPClient {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: configuration)
    }

    private func url(of target: String) throws(ConsoleError) -> String {
        guard let url = URL(httpURLWithSocketPath: socketPath, uri: target) else {
            throw ConsoleError(.usage, "\(socketPath) cannot be the path of a socket; check --socket-path")
        }
        return url.absoluteString
    }

    private func send(_ method: String, _ target: String, body: [UInt8]?) async throws(ConsoleError) -> [UInt8] {
        var request = HTTPClientRequest(url: try url(of: target))
        let http = Self.http()
        request.method = .init(rawValue: method)
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let result = await Self.answer(to: request, from: http)
        // The command has its answer; that a connection ends badly changes nothing.
        try? await http.shutdown()
        switch result {
        case .failure(let error): throw explain(error)
        case .success(let answer) where answer.status == 200: return answer.body
        case .success(let answer): throw refused(answer)
        }
    }

    /// A report, read.
    func report<Report: Decodable>(_ type: Report.Type, at target: String) async throws(ConsoleError) -> Report {
        try decode(type, try await get(target))
    }

    func decode<Report: Decodable>(_ type: Report.Type, _ body: [UInt8]) throws(ConsoleError) -> Report {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(type, from: Data(body))
        } catch {
            throw ConsoleError(
                .data,
                "the node on \(socketPath) answers in a form that this version does not read; use the samnode that "
                    + "runs it")
        }
    }

    private struct Answer {
        var status: UInt
        var body: [UInt8]
    }

    private static func answer(
        to request: HTTPClientRequest, from http: HTTPClient
    ) async -> Result<Answer, any Error> {
        do {
            let response = try await http.execute(request, timeout: timeout)
            let body = try await response.body.collect(upTo: answerCapacity)
            return .success(Answer(status: response.status.code, body: Array(body.readableBytesView)))
        } catch {
            return .failure(error)
        }
    }

    private func explain(_ error: any Error) -> ConsoleError {
        switch (error as? IOError)?.errnoCode {
        case ENOENT, ECONNREFUSED, ENOTSOCK:
            ConsoleError(
                .unavailable,
                "no node answers on \(socketPath); start one with: samnode run\(hint) — or name its socket with "
                    + "--socket-path")
        case EACCES, EPERM:
            ConsoleError(
                .noPermission, "the node on \(socketPath) belongs to another user; run this as the user that runs it")
        case nil where error is HTTPClientError:
            ConsoleError(
                .unavailable, "the node on \(socketPath) does not answer (\(error)); see its log, or start it again")
        default:
            ConsoleError(.unavailable, "cannot ask the node on \(socketPath): \(error)")
        }
    }

    private struct Refusal: Decodable {
        struct Reason: Decodable {
            var message: String
        }
        var error: Reason
    }

    private func refused(_ answer: Answer) -> ConsoleError {
        guard let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(answer.body)) else {
            return ConsoleError(
                .unavailable,
                "\(socketPath) answers with status \(answer.status) and is perhaps no samnode; check --socket-path")
        }
        return ConsoleError(.unavailable, "the node refused: \(TerminalText.printable(refusal.error.message))")
    }
}
