import Overlay

// What entries of proxies, model servers and tools have in them, with the lengths and counts that stand in front of it in an
// entry. What is nearer to the end takes fewer bits to point at, so the rarer comes first.
extension EntryDictionary {
    static let firstBytes: [UInt8] = {
        var writer = Writer(reserving: 4_096)
        for model in files + routed + local { writer.text(model) }
        for sentence in sentences { writer.raw(Array(sentence.utf8)) }
        for (key, values) in labels {
            for value in values {
                writer.uint8(1)
                writer.text(key)
                writer.text(value)
            }
        }
        for tool in tools { writer.service(.mcp, tool, models: 0) }
        writer.service(.a2a, "agent", models: 0)
        for (context, output) in limits { writer.limits(context: context, output: output, models: 1) }
        for server in servers { writer.service(.inference, server, models: 1) }
        // A life of an hour, and a token's digest follows.
        writer.uint32(3_600)
        writer.uint8(1)
        return writer.array
    }()

    /// As model servers name what they loaded from a hub.
    private static let files = [
        "BAAI/bge-m3", "Qwen/Qwen2.5-7B-Instruct", "Qwen/Qwen3-30B-A3B-Instruct-2507", "Qwen/Qwen3-8B-FP8",
        "TheBloke/", "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", "google/gemma-3-27b-it", "hugging-quants/",
        "intfloat/multilingual-e5-large", "meta-llama/Llama-3.1-8B-Instruct", "meta-llama/Llama-3.3-70B-Instruct",
        "microsoft/Phi-4-mini-instruct", "mistralai/Mistral-7B-Instruct-v0.3", "nvidia/", "openai/whisper-large-v3",
        "sentence-transformers/all-MiniLM-L6-v2", "unsloth/", "-AWQ", "-GPTQ-Int4", "-GGUF", "-Coder-", "-VL-",
    ]

    /// As a proxy of many providers names them, in the order of entries.
    private static let routed = [
        "amazon/nova-pro-v1", "anthropic/claude-3.5-haiku", "anthropic/claude-3.7-sonnet:thinking",
        "anthropic/claude-haiku-4.5", "anthropic/claude-opus-4.1", "anthropic/claude-sonnet-4.5",
        "cohere/command-r-plus",
        "deepseek/deepseek-chat-v3.1:free", "deepseek/deepseek-r1-0528", "google/gemini-2.0-flash-001",
        "google/gemini-2.5-flash-lite-preview", "google/gemini-2.5-pro", "google/gemma-2-9b-it:free",
        "meta-llama/llama-3.1-405b-instruct", "meta-llama/llama-3.2-3b-instruct:free",
        "meta-llama/llama-4-maverick", "microsoft/phi-4-reasoning-plus", "minimax/minimax-m1",
        "mistralai/codestral-2508", "mistralai/mistral-large-2411", "mistralai/mistral-small-3.2-24b-instruct",
        "mistralai/mixtral-8x7b-instruct", "moonshotai/kimi-k2", "nousresearch/hermes-3-llama-3.1-70b",
        "openai/chatgpt-4o-latest", "openai/gpt-3.5-turbo-16k", "openai/gpt-4-turbo-preview", "openai/gpt-4.1-nano",
        "openai/gpt-4o-mini", "openai/gpt-5-mini", "openai/gpt-oss-120b", "openai/o3-mini-high", "openai/o4-mini",
        "openrouter/auto", "perplexity/sonar-reasoning-pro", "qwen/qwen-2.5-coder-32b-instruct",
        "qwen/qwen3-235b-a22b-thinking-2507", "qwen/qwen3-coder", "x-ai/grok-4-fast", "z-ai/glm-4.5-air",
    ]

    /// As people name what runs on their own machine, or call it by its maker's name alone.
    private static let local = [
        "bge-m3", "claude-sonnet-4-5", "codellama", "deepseek-r1:8b", "embeddinggemma", "gemini-2.5-flash",
        "gemma3:12b",
        "gpt-4.1-mini", "gpt-4o", "gpt-5", "gpt-oss:20b", "llama3.1:8b-instruct-q4_K_M", "llama3.2:latest",
        "llama3.3:70b",
        "llava", "mistral-nemo", "mistral:7b", "nomic-embed-text:latest", "phi4-mini", "qwen2.5-coder:7b",
        "qwen2.5:14b",
        "qwen3:4b", "text-embedding-3-large", "text-embedding-3-small", "tinyllama", "whisper-1",
    ]

    private static let sentences = [
        "Anthropic ", "OpenAI-compatible ", "Embeddings and reranking on ", "Speech to text ", "Image generation ",
        "Web search and browsing tools for agents", "Read and write files in the workspace", "Documents of the team",
        "GitHub repositories, issues and pull requests", "Database queries", "code completion ", "vLLM on an A100 80GB",
        " on two RTX 4090", " on an H100", " on a Mac Studio", "Large models in the data center", "Models of the lab",
        "Small models on a workstation", "Ollama on ", "llama.cpp server", "Local models", "LiteLLM Proxy",
        " for everybody",
        "OpenRouter Proxy Inference Service",
    ]

    private static let labels: [(key: String, values: [String])] = [
        ("env", ["production", "staging", "dev"]), ("gpu", ["nvidia-h100", "rtx-4090", "a100", "none"]),
        ("jurisdiction", ["us", "eu"]), ("owner", ["platform"]), ("provider", ["openrouter"]),
        ("tier", ["free", "gold"]), ("zone", ["a"]),
        ("region", ["ap-northeast-1", "ap-southeast-1", "us-west-2", "eu-central-1", "eu-west-1", "us-east-1"]),
    ]

    private static let tools = [
        "browser", "calendar", "database", "docs", "fetch", "filesystem", "files.local", "github", "memory", "postgres",
        "search", "slack", "time", "weather",
    ]

    /// Tokens of context and of output.
    private static let limits: [(UInt32, UInt32)] = [
        (1_048_576, 65_536), (1_000_000, 32_768), (400_000, 128_000), (200_000, 64_000), (128_000, 16_384),
        (131_072, 8_192), (40_960, 4_096), (32_768, 4_096), (8_192, 2_048), (4_096, 0),
    ]

    private static let servers = [
        "anthropic", "azure", "bedrock", "embeddings", "gateway", "groq", "llama.cpp", "lmstudio", "local.large",
        "local.small", "localai", "mistral", "mlx", "nginx", "openai", "proxy", "sglang", "tgi", "vllm", "ollama",
        "litellm",
        "openrouter",
    ]
}

extension Writer {
    /// No relays and no labels of the node, then one service without summary, labels and limits, as far as its models.
    fileprivate mutating func service(_ type: ServiceType, _ name: String, models: UInt16) {
        for count: UInt8 in [0, 0, 1] { uint8(count) }
        uint8(type.rawValue)
        text(name)
        for empty: UInt8 in [0, 0] { uint8(empty) }
        limits(context: 0, output: 0, models: models)
    }

    fileprivate mutating func limits(context: UInt32, output: UInt32, models: UInt16) {
        uint32(context)
        uint32(output)
        uint32(0)
        uint16(models)
    }
}
