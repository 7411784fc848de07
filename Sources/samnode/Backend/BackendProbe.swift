import AsyncHTTPClient
import Foundation
import Gossip
import NIOCore
import NIOHTTP1

/// One look at one backend.
struct BackendProbe: Sendable {
    let service: BackendService
    let client: BackendClient

    /// `GET {target}/v1/models` for inference; for other services any answer to `GET {target}` that is no server error
    /// shows life, since they have no list of models.
    func run() async -> BackendState {
        let isInference = service.name.type == .inference
        do {
            let request = HTTPClientRequest(url: service.targetURL + (isInference ? "/v1/models" : "/"))
            let deadline = NIODeadline.now() + client.settings.probeTimeout
            let answer = try await client.http.execute(request, deadline: deadline)
            guard isInference else {
                return answer.status.code < 500 ? .live(models: []) : .down(reason: Self.text(answer.status))
            }
            guard answer.status == .ok else { return .down(reason: Self.text(answer.status)) }
            return try await Self.read(answer.body, deadline: deadline, settings: client.settings)
        } catch is NIOTooManyBytesError {
            return .down(reason: "its list of models is larger than \(client.settings.probeAnswerCapacity) bytes")
        } catch let error as HTTPClientError where error == .deadlineExceeded {
            return .down(reason: "no answer within \(client.settings.probeTimeout.nanoseconds / 1_000_000) ms")
        } catch is HTTPParserError {
            return .down(reason: "its answer is not HTTP")
        } catch {
            return .down(reason: BackendProblem.text(error))
        }
    }

    private static func text(_ status: HTTPResponseStatus) -> String {
        "it answered \(status.code) \(status.reasonPhrase)"
    }

    /// The deadline of a request ends with the head of its answer, so the body has its own.
    private static func read(
        _ body: HTTPClientResponse.Body, deadline: NIODeadline, settings: BackendSettings
    ) async throws -> BackendState {
        let bytes = try await withThrowingTaskGroup(of: ByteBuffer?.self) { group in
            group.addTask { try await body.collect(upTo: settings.probeAnswerCapacity) }
            group.addTask {
                try await Task.sleep(for: .nanoseconds((deadline - .now()).nanoseconds))
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        guard let bytes else { throw HTTPClientError.deadlineExceeded }
        guard let list = ModelList(json: Data(bytes.readableBytesView)) else {
            return .down(reason: "its answer to GET /v1/models is not a list of models")
        }
        return .live(models: list.models)
    }
}
