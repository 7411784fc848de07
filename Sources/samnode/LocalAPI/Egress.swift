import AsyncAlgorithms
import Gossip
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Inference
import NIOCore
import Overlay

/// `/sam/{peer}/{type}/{service}[/{rest}]`: a request to one service of one host, passed on as it is.
struct Egress: Sendable {
    let mesh: any MeshAccess
    let metrics: FacadeMetrics

    /// Answers the request, sending its body while the answer may already come.
    func serve(_ request: LocalRequest, writer: consuming ResponseWriter) async throws {
        guard request.hasBody else {
            var response = try await respond(to: request, contentLength: request.emptyBodyLength, body: WholeBody())
            response.headers.replace("x-request-id", with: request.id.text)
            return try await writer.write(response: response.head, body: response.body)
        }
        let upload = AsyncThrowingChannel<ByteBuffer, any Error>()
        var unusedWriter: ResponseWriter? = writer
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await Self.pump(request.body, into: upload) }
            // Whatever is left of the upload has no reader any more; the child ends and with it the connection.
            defer { group.cancelAll() }
            var response = try await respond(to: request, contentLength: request.contentLength, body: upload)
            response.headers.replace("x-request-id", with: request.id.text)
            guard let writer = unusedWriter.take() else { return }
            try await writer.write(response: response.head, body: response.body)
        }
    }

    /// Hands the body over piece by piece, each only when the one before was taken. The client's connection is read by
    /// this task alone, so that nobody reads from it once the request is over.
    private static func pump(_ body: RequestBody, into upload: AsyncThrowingChannel<ByteBuffer, any Error>) async {
        do {
            for try await chunk in body { await upload.send(chunk) }
            upload.finish()
        } catch {
            upload.fail(ExchangeFailure.cancelled)
        }
    }

    private func respond(
        to request: LocalRequest, contentLength: Int?, body: some AsyncSequence<ByteBuffer, any Error> & Sendable
    ) async throws -> Response {
        do {
            let (host, path) = try destination(of: request.target)
            let head = RequestHead(
                method: request.method, path: path,
                fields: request.forwardedFields(contentLength: contentLength) + request.labelDemand)
            let answer = try await mesh.exchange(with: host, head: head, body: body)
            let service = try ServicePath(parsing: path).service
            let provider = Provider(host: host, service: service, isLocal: host == mesh.localPeer)
            return AnswerRelay(request: request, provider: provider, attempts: 1, metrics: metrics).response(answer)
        } catch let failure as ExchangeFailure {
            try Task.checkCancellation()
            return OpenAIError(failure).response(id: request.id)
        } catch let error as OpenAIError {
            return error.response(id: request.id)
        }
    }

    /// The host, and the path as it travels: `/{type}/{service}/{rest}?{query}`.
    private func destination(of target: RequestTarget) throws(OpenAIError) -> (host: PeerID, path: String) {
        let segments = target.segments
        guard segments.count >= 4 else {
            throw .notFound("the path must be /sam/{peer}/{type}/{service}[/{rest}]")
        }
        let host: PeerID
        do {
            host = try PeerID(text: segments[1])
        } catch {
            throw .invalidRequest("Invalid remote peer: \"\(segments[1])\" is not a peer id")
        }
        let path = "/" + segments[2...].joined(separator: "/") + (target.query.map { "?" + $0 } ?? "")
        do {
            _ = try ServicePath(parsing: path)
        } catch {
            throw .invalidRequest(error.rawValue)
        }
        return (host, path)
    }
}

extension LocalRequest {
    /// What a request without a body says of its length: methods that usually have one say zero, so that the host can
    /// tell it from a body of unknown length.
    fileprivate var emptyBodyLength: Int? { ["POST", "PUT", "PATCH"].contains(method) ? 0 : contentLength }
}
