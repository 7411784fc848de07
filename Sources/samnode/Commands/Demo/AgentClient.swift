import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Talks to the local API of one node as an agent on that machine does: HTTP with the node's API token.
struct AgentClient: Sendable {
    let http: HTTPClient
    let baseURL: String
    let apiToken: String
    let settings: ShowSettings

    /// An answer whose body is at hand.
    struct Answer: Sendable {
        var status: UInt
        var body: [UInt8]
    }

    /// An answer whose body still comes.
    struct Stream: Sendable {
        var status: UInt
        var headers: HTTPHeaders
        var body: HTTPClientResponse.Body
    }

    private struct Chat: Encodable {
        struct Message: Encodable {
            var role = "user"
            var content: String
        }
        var model: String
        var stream = true
        var messages: [Message]
    }

    private struct Refusal: Decodable {
        struct Reason: Decodable {
            var message: String
            var code: String?
        }
        var error: Reason
    }

    /// The catalog as the node knows it now.
    func catalog() async throws -> [CatalogReport] {
        var request = request("/sam/node/catalog")
        request.method = .GET
        let response = try await http.execute(request, timeout: .seconds(5))
        let body = try await response.body.collect(upTo: settings.answerCapacity)
        guard response.status.code == 200 else { throw ShowFailure("GET /sam/node/catalog: \(response.status)") }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode([CatalogReport].self, from: Data(body.readableBytesView))
    }

    /// Asks a model; the head of the answer is there.
    func ask(_ question: String, model: String) async throws -> Stream {
        var request = request("/v1/chat/completions")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        let chat = Chat(model: model, messages: [Chat.Message(content: question)])
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(chat)))
        // The limits of the show's steps are tighter where it matters; this one only bounds what is forgotten.
        let response = try await http.execute(request, timeout: .hours(1))
        return Stream(status: response.status.code, headers: response.headers, body: response.body)
    }

    /// The `error.code` and `error.message` of a refusal.
    func refusal(_ stream: Stream) async throws -> (code: String, message: String) {
        let body = try await stream.body.collect(upTo: settings.answerCapacity)
        guard let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(body.readableBytesView)) else {
            return ("", TerminalText.printable(String(decoding: body.readableBytesView.prefix(200), as: UTF8.self)))
        }
        let code = TerminalText.printable(refusal.error.code ?? "")
        return (code, TerminalText.printable(refusal.error.message))
    }

    private func request(_ path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: baseURL + path)
        request.headers.add(name: "authorization", value: "Bearer \(apiToken)")
        return request
    }
}
