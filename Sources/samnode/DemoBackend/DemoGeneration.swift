import Foundation
import Hummingbird
import NIOCore

/// One answer of the demo model on its way to the client, at the speed of a model.
struct DemoGeneration: Sendable {
    enum Kind: Sendable {
        case chat
        case text
    }

    let kind: Kind
    let id: String
    let created: Int
    let model: String
    let promptTokens: Int
    private let pieces: [String]
    private let isCut: Bool
    private let pause: Duration

    /// - Parameter limit: the most pieces that the client wants; nil for all.
    init(
        kind: Kind, id: String, created: Int, model: String, pieces: [String], limit: Int?, promptTokens: Int,
        tokensPerSecond: Double
    ) {
        self.kind = kind
        self.id = id
        self.created = created
        self.model = model
        self.promptTokens = promptTokens
        self.pieces = Array(pieces.prefix(max(limit ?? pieces.count, 0)))
        isCut = self.pieces.count < pieces.count
        pause = tokensPerSecond > 0 ? .seconds(1 / tokensPerSecond) : .zero
    }

    private var finishReason: String { isCut ? "length" : "stop" }
    private var usage: DemoUsage { DemoUsage(prompt: promptTokens, completion: pieces.count) }

    /// Everything at once, after the time that it takes to make it.
    func whole() async throws -> DemoCompletion {
        try await Task.sleep(for: pause * pieces.count)
        let text = pieces.joined()
        var choice = DemoCompletion.Choice(finishReason: finishReason)
        switch kind {
        case .chat: choice.message = DemoCompletion.Message(role: "assistant", content: text)
        case .text: choice.text = text
        }
        return answer(object: kind == .chat ? "chat.completion" : "text_completion", choices: [choice], usage: usage)
    }

    /// Piece by piece as server-sent events.
    func stream(includeUsage: Bool) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-cache"],
            body: ResponseBody { writer in
                for (index, piece) in pieces.enumerated() {
                    try await Task.sleep(for: pause)
                    try await writer.write(event(chunk([choice(piece, isFirst: index == 0, finish: nil)])))
                }
                try await writer.write(event(chunk([choice(nil, isFirst: pieces.isEmpty, finish: finishReason)])))
                if includeUsage { try await writer.write(event(chunk([], usage: usage))) }
                try await writer.write(ByteBuffer(string: "data: [DONE]\n\n"))
                try await writer.finish(nil)
            })
    }

    private func choice(_ piece: String?, isFirst: Bool, finish: String?) -> DemoCompletion.Choice {
        var choice = DemoCompletion.Choice(finishReason: finish)
        switch kind {
        case .chat: choice.delta = DemoCompletion.Message(role: isFirst ? "assistant" : nil, content: piece)
        case .text: choice.text = piece ?? ""
        }
        return choice
    }

    private func chunk(_ choices: [DemoCompletion.Choice], usage: DemoUsage? = nil) -> DemoCompletion {
        answer(object: kind == .chat ? "chat.completion.chunk" : "text_completion", choices: choices, usage: usage)
    }

    private func answer(object: String, choices: [DemoCompletion.Choice], usage: DemoUsage?) -> DemoCompletion {
        DemoCompletion(id: id, object: object, created: created, model: model, choices: choices, usage: usage)
    }

    private func event(_ chunk: DemoCompletion) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var bytes = ByteBuffer(string: "data: ")
        bytes.writeBytes(try encoder.encode(chunk))
        bytes.writeString("\n\n")
        return bytes
    }
}
