/// What the demo backend reads of a request to `/v1/chat/completions`.
struct ChatRequest: Decodable, Sendable {
    struct Message: Decodable, Sendable {
        var role: String
        var content: TextContent?
    }

    var model: String
    var messages: [Message]
    var stream: Bool?
    var streamOptions: StreamOptions?
    var maxTokens: Int?
    var maxCompletionTokens: Int?
}

/// What it reads of a request to `/v1/completions`.
struct CompletionRequest: Decodable, Sendable {
    var model: String
    var prompt: TextContent
    var stream: Bool?
    var streamOptions: StreamOptions?
    var maxTokens: Int?
}

/// What it reads of a request to `/v1/embeddings`.
struct EmbeddingsRequest: Decodable, Sendable {
    enum Format: String, Decodable, Sendable {
        case float
        case base64
    }

    var model: String
    var input: TextContent
    var encodingFormat: Format?
    var dimensions: Int?
}

struct StreamOptions: Decodable, Sendable {
    var includeUsage: Bool?
}

/// Text as OpenAI's API takes it in several places: a string, strings, parts with text, or tokens as numbers.
enum TextContent: Decodable, Sendable {
    case single(String)
    case list([String])

    private struct Part: Decodable {
        var text: String?
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .single(text)
        } else if let texts = try? container.decode([String].self) {
            self = .list(texts)
        } else if let tokens = try? container.decode([Int].self) {
            self = .single(tokens.map(String.init).joined(separator: " "))
        } else if let lists = try? container.decode([[Int]].self) {
            self = .list(lists.map { $0.map(String.init).joined(separator: " ") })
        } else {
            self = .single(try container.decode([Part].self).compactMap(\.text).joined(separator: "\n"))
        }
    }

    var texts: [String] {
        switch self {
        case .single(let text): [text]
        case .list(let texts): texts
        }
    }
}
