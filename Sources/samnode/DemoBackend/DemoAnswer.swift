/// `usage` in OpenAI's answers.
struct DemoUsage: Encodable, Sendable {
    var promptTokens: Int
    var completionTokens: Int
    var totalTokens: Int

    init(prompt: Int, completion: Int) {
        promptTokens = prompt
        completionTokens = completion
        totalTokens = prompt + completion
    }
}

/// An answer of `/v1/chat/completions` or `/v1/completions`, whole or a piece of a stream.
struct DemoCompletion: Encodable, Sendable {
    struct Choice: Encodable, Sendable {
        var index = 0
        /// Chat, whole.
        var message: Message?
        /// Chat, streamed.
        var delta: Message?
        /// Completions, both.
        var text: String?
        var finishReason: String?

        private enum Keys: String, CodingKey {
            case index, message, delta, text, finishReason, logprobs
        }

        /// Writes `finish_reason` and `logprobs` even when there are none, as OpenAI does.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(index, forKey: .index)
            try container.encodeIfPresent(message, forKey: .message)
            try container.encodeIfPresent(delta, forKey: .delta)
            try container.encodeIfPresent(text, forKey: .text)
            try container.encode(finishReason, forKey: .finishReason)
            try container.encodeNil(forKey: .logprobs)
        }
    }

    struct Message: Encodable, Sendable {
        var role: String?
        var content: String?
    }

    var id: String
    var object: String
    /// Seconds since 1970.
    var created: Int
    var model: String
    var choices: [Choice]
    var usage: DemoUsage?
}

/// An answer of `/v1/embeddings`.
struct DemoEmbeddings: Encodable, Sendable {
    struct Item: Encodable, Sendable {
        var object = "embedding"
        var index: Int
        var embedding: Values
    }

    enum Values: Encodable, Sendable {
        case numbers([Float])
        /// The numbers as little-endian IEEE 754, in base64.
        case base64(String)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .numbers(let numbers): try container.encode(numbers)
            case .base64(let text): try container.encode(text)
            }
        }
    }

    struct Usage: Encodable, Sendable {
        var promptTokens: Int
        var totalTokens: Int
    }

    var object = "list"
    var data: [Item]
    var model: String
    var usage: Usage
}

/// An answer of `/v1/models`.
struct DemoModels: Encodable, Sendable {
    struct Model: Encodable, Sendable {
        var id: String
        var object = "model"
        var created: Int
        var ownedBy = "samnode-demo"
    }

    var object = "list"
    var data: [Model]
}
