import Gossip
import Overlay

/// An entry as some node announces it.
struct EntrySample {
    let title: String
    let mesh: MeshID
    let bytes: [UInt8]
    /// When it is issued.
    let moment: Moment

    private static let start = Moment(instant: .zero, wall: WallTime(seconds: 1_800_000_000))

    /// Nil when it cannot be an entry.
    init?(hexadecimal: String) {
        guard let bytes = try? Hexadecimal.decode(hexadecimal) else { return nil }
        // Version and kind, mesh, public key, sequence, and the time.
        var reader = Reader(bytes)
        guard (try? reader.bytes(2)) != nil, let mesh = try? reader.bytes32(), (try? reader.bytes(40)) != nil,
            let issuedAt = try? reader.uint64()
        else { return nil }
        let moment = Moment(instant: .zero, wall: WallTime(milliseconds: issuedAt))
        self.init(title: "given", mesh: MeshID(bytes: mesh), bytes: bytes, moment: moment)
    }

    private init(title: String, mesh: MeshID, bytes: [UInt8], moment: Moment) {
        self.title = title
        self.mesh = mesh
        self.bytes = bytes
        self.moment = moment
    }

    static func all() throws -> [EntrySample] {
        let local = try offer(
            "inference:ollama", "Small models on a workstation",
            ["gemma3:12b", "llama3.1:8b", "nomic-embed-text:latest", "qwen2.5-coder:7b"])
        let uncommon = try offer("inference:basement", "Whatever fits into 24 GB", ["tabby-9b-q6", "zephyr-orpo-141b"])
        let tools = try ["mcp:files", "mcp:search", "mcp:wiki"].map { try offer($0, "", []) }
        let makers = ["aion-labs", "anthropic", "deepseek", "google", "meta-llama", "mistralai", "openai", "qwen"]
        let models = (0..<400).map { "\(makers[$0 % makers.count])/model-\($0 * 7 % 100)b-\($0)" }
        return [
            try entry("typical: a model server", [local], relays: 2, labels: "region=eu-west-1"),
            try entry("names that are in no dictionary", [uncommon], relays: 1, labels: nil),
            try entry("model server and three tools", [local] + tools, relays: 3, labels: "region=us-east-1,tier=gold"),
            try entry(
                "proxy with 400 models", [offer("inference:openrouter", "OpenRouter Proxy Inference Service", models)],
                relays: 0, labels: nil),
            try entry("withdrawal", [], relays: 0, labels: nil),
        ]
    }

    private static func offer(_ name: String, _ summary: String, _ models: [String]) throws -> ServiceOffer {
        guard let name = ServiceName(name) else { throw WireError.badText }
        return try ServiceOffer(name: name, summary: summary, models: models)
    }

    /// What a node says that has these services, or that has none any more.
    private static func entry(
        _ title: String, _ offers: [ServiceOffer], relays: Int, labels: String?
    ) throws -> EntrySample {
        var random = RandomSource(seed: 11)
        let mesh = MeshID(rootKey: Identity(random: &random).publicKey)
        var node = Mesh(identity: Identity(random: &random), meshID: mesh, random: random.fork())
        let relays = (0..<relays).map { _ in Identity(random: &random).peerID }
        var outbox: [MeshAction] = []
        let some = offers.isEmpty ? [try offer("mcp:files", "", [])] : offers
        _ = node.publish(
            offers: some, labels: labels.flatMap { LabelSet(parsing: $0) } ?? .empty, relays: relays,
            tokenDigest: TokenDigest(token: [1]), at: start, into: &outbox)
        if offers.isEmpty { _ = node.withdraw(at: start, into: &outbox) }
        return EntrySample(title: title, mesh: mesh, bytes: node.catalog.snapshot.first ?? [], moment: start)
    }
}
