import AsyncHTTPClient
import Gossip
import Inference
import Logging
import NIOCore
import NIOHTTP1
import Transport

/// Carries requests that were authorised to the backend of their service, and the answers back as they arrive.
struct BackendProxy: RequestHandler {
    private let client: BackendClient
    private let services: [ServiceName: BackendService]
    private let logger: Logger

    init(services: [BackendService], client: BackendClient, logger: Logger) {
        self.services = Dictionary(services.map { ($0.name, $0) }) { $1 }
        self.client = client
        self.logger = logger
    }

    func handle(_ request: InboundRequest, respond: any ResponseWriter) async throws {
        try await forward(
            request.head, service: request.service, rest: request.rest, body: request.body, respond: respond)
    }

    /// - Throws: `ServingFailure` when the backend gives no complete answer, what `respond` throws when the caller has
    ///   gone, and `CancellationError`. In each case the connection to the backend is closed.
    func forward(
        _ head: RequestHead, service: ServiceName, rest: String,
        body: some AsyncSequence<ByteBuffer, any Error> & Sendable,
        respond: any ResponseWriter
    ) async throws {
        guard let backend = services[service] else { throw ServingFailure.noSuchService }
        let request = try backendRequest(head, backend: backend, rest: rest, body: body)
        let answer = try await answer(to: request, of: backend)
        let fields = answer.headers.map { HeaderField(name: $0.name, value: $0.value) }
        try await respond.start(
            ResponseHead(status: Int(answer.status.code), fields: HeaderRules.forwardedResponse(fields)))
        var iterator = answer.body.makeAsyncIterator()
        while true {
            let chunk: ByteBuffer?
            do {
                chunk = try await iterator.next()
            } catch {
                try Task.checkCancellation()
                logger.info(
                    "the backend broke its answer off",
                    metadata: ["service": "\(service)", "error": "\(BackendProblem.text(error))"])
                throw ServingFailure.interrupted
            }
            guard let chunk else { break }
            try await respond.write(chunk)
        }
        try await respond.finish()
    }

    private func backendRequest(
        _ head: RequestHead, backend: BackendService, rest: String,
        body: some AsyncSequence<ByteBuffer, any Error> & Sendable
    ) throws(ServingFailure) -> HTTPClientRequest {
        let url: String
        do {
            url = try BackendURI.join(target: backend.targetURL, rest: rest)
        } catch {
            throw .badPath
        }
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: head.method)
        for field in HeaderRules.forwardedRequest(head.fields) {
            request.headers.add(name: field.name, value: field.value)
        }
        request.body = Self.body(of: head, bytes: body)
        return request
    }

    /// A body of known length, of unknown length, or none: without a length only the methods that define a body have one.
    private static func body(
        of head: RequestHead, bytes: some AsyncSequence<ByteBuffer, any Error> & Sendable
    ) -> HTTPClientRequest.Body? {
        if let length = head.fields.first("content-length").flatMap({ Int64($0) }), length >= 0 {
            return length == 0 ? nil : .stream(bytes, length: .known(length))
        }
        return ["POST", "PUT", "PATCH"].contains(head.method.uppercased()) ? .stream(bytes, length: .unknown) : nil
    }

    private func answer(to request: HTTPClientRequest, of backend: BackendService) async throws -> HTTPClientResponse {
        let limit = client.settings.firstByteTimeout
        do {
            return try await client.http.execute(request, deadline: limit.map { .now() + $0 } ?? .distantFuture)
        } catch {
            try Task.checkCancellation()
            logger.info(
                "the backend gave no answer",
                metadata: [
                    "service": "\(backend.name)", "target": "\(backend.targetURL)",
                    "error": "\(BackendProblem.text(error))",
                ])
            throw ServingFailure(backendError: error)
        }
    }
}
