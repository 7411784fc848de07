import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The OpenAI-compatible part of the demo backend.
struct DemoResponder: Sendable {
    let settings: DemoSettings
    /// When the process started, in seconds since 1970.
    let created: Int

    /// - Throws: ``OpenAIError``
    func respond(to request: Request) async throws -> Response {
        let path = RequestTarget(request.head.path ?? "")?.path ?? ""
        switch (request.method, path) {
        case (.get, "/v1/models"):
            return try .json(DemoModels(data: settings.models.map { DemoModels.Model(id: $0, created: created) }))
        case (.post, "/v1/chat/completions"):
            let chat: ChatRequest = try await decode(request)
            return try await respond(to: chat)
        case (.post, "/v1/completions"):
            let completion: CompletionRequest = try await decode(request)
            return try await respond(to: completion)
        case (.post, "/v1/embeddings"):
            let embeddings: EmbeddingsRequest = try await decode(request)
            return try respond(to: embeddings)
        default:
            throw OpenAIError.notFound("there is no \(request.method) \(path) here")
        }
    }

    private func decode<Value: Decodable>(_ request: Request) async throws -> Value {
        do {
            let body = try await request.body.collect(upTo: settings.bodyCapacity)
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Value.self, from: Data(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw OpenAIError.tooLarge(limit: settings.bodyCapacity)
        } catch let error as DecodingError {
            throw OpenAIError.invalidRequest("the request body does not fit: \(error)")
        }
    }

    private func check(_ model: String) throws(OpenAIError) {
        guard settings.models.contains(model) else {
            throw OpenAIError(
                status: 404, type: "invalid_request_error", code: "model_not_found",
                message:
                    "the model \"\(model)\" does not exist here; there is \(settings.models.joined(separator: ", "))")
        }
    }

    private func respond(to chat: ChatRequest) async throws -> Response {
        try check(chat.model)
        let question = chat.messages.last { $0.role == "user" }?.content?.texts.joined(separator: "\n") ?? ""
        let prompt = chat.messages.flatMap { $0.content?.texts ?? [] }.joined(separator: " ")
        let generation = DemoGeneration(
            kind: .chat, id: Self.id("chatcmpl"), created: Int(Date().timeIntervalSince1970), model: chat.model,
            pieces: DemoText.answer(to: question, model: chat.model),
            limit: chat.maxCompletionTokens ?? chat.maxTokens, promptTokens: DemoText.pieces(of: prompt).count,
            tokensPerSecond: settings.tokensPerSecond)
        guard chat.stream == true else { return try .json(try await generation.whole()) }
        return generation.stream(includeUsage: chat.streamOptions?.includeUsage == true)
    }

    private func respond(to request: CompletionRequest) async throws -> Response {
        try check(request.model)
        let prompt = request.prompt.texts.joined(separator: "\n")
        let generation = DemoGeneration(
            kind: .text, id: Self.id("cmpl"), created: Int(Date().timeIntervalSince1970), model: request.model,
            pieces: DemoText.answer(to: prompt, model: request.model), limit: request.maxTokens ?? 16,
            promptTokens: DemoText.pieces(of: prompt).count, tokensPerSecond: settings.tokensPerSecond)
        guard request.stream == true else { return try .json(try await generation.whole()) }
        return generation.stream(includeUsage: request.streamOptions?.includeUsage == true)
    }

    private func respond(to request: EmbeddingsRequest) throws -> Response {
        try check(request.model)
        let texts = request.input.texts
        let dimensions = request.dimensions ?? settings.dimensions
        guard (1...settings.inputCapacity).contains(texts.count) else {
            throw OpenAIError.invalidRequest("input must hold 1 to \(settings.inputCapacity) texts")
        }
        guard (1...settings.dimensionsCapacity).contains(dimensions) else {
            throw OpenAIError.invalidRequest("dimensions must be between 1 and \(settings.dimensionsCapacity)")
        }
        let items = texts.enumerated().map { index, text in
            let vector = DemoEmbedding.vector(of: text, dimensions: dimensions)
            let values: DemoEmbeddings.Values =
                request.encodingFormat == .base64 ? .base64(DemoEmbedding.base64(vector)) : .numbers(vector)
            return DemoEmbeddings.Item(index: index, embedding: values)
        }
        let tokens = texts.reduce(0) { $0 + DemoText.pieces(of: $1).count }
        return try .json(
            DemoEmbeddings(
                data: items, model: request.model,
                usage: DemoEmbeddings.Usage(promptTokens: tokens, totalTokens: tokens)))
    }

    private static func id(_ prefix: String) -> String {
        "\(prefix)-\(UUID().uuidString.lowercased())"
    }
}
