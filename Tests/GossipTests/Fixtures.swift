import Overlay
import Testing

@testable import Gossip

/// A moment on both clocks, `seconds` after a fixed start.
func moment(_ seconds: UInt64, plus milliseconds: UInt64 = 0) -> Moment {
    Moment(
        instant: .zero + .seconds(seconds) + .milliseconds(milliseconds),
        wall: WallTime(seconds: 1_800_000_000 + seconds) + .milliseconds(milliseconds))
}

/// A moment whose clocks disagree: the wall clock is `offset` seconds ahead.
func moment(_ seconds: UInt64, wallAhead offset: UInt64) -> Moment {
    Moment(instant: moment(seconds).instant, wall: moment(seconds + offset).wall)
}

func identity(_ number: UInt64) -> Identity {
    var random = RandomSource(seed: 0x1DE0 + number)
    return Identity(random: &random)
}

let testMesh = MeshID(rootKey: identity(999).publicKey)

func name(_ text: String) throws -> ServiceName {
    try #require(ServiceName(text))
}

func offer(_ text: String = "inference:openrouter", models: [String] = ["openai/gpt-5"]) throws -> ServiceOffer {
    try ServiceOffer(name: name(text), summary: "A service", models: models)
}

func contents(_ models: [String] = ["openai/gpt-5"]) throws -> EntryContents {
    try EntryContents(services: [offer(models: models)])
}

/// An entry with everything in it that an entry can have.
func fullContents() throws -> EntryContents {
    let labels = try #require(LabelSet(parsing: "region=us-east-1,jurisdiction=eu"))
    let service = try ServiceOffer(
        name: name("inference:openrouter"), summary: "OpenRouter Proxy\nInference Service",
        models: ["openai/gpt-5", "anthropic/claude", "naïve/模型"], labels: labels,
        limits: ServiceLimits(contextLength: 200_000, outputTokens: 8_192, concurrency: 4))
    let tool = try ServiceOffer(name: name("mcp:files.local"))
    return try EntryContents(
        services: [service, tool], labels: labels, relays: [identity(7).peerID, identity(8).peerID],
        tokenDigest: TokenDigest(token: [1, 2, 3]))
}

func entry(
    by signer: Identity = identity(1), sequence: UInt64 = 1, issued: Moment = moment(0), ttl: TimeSpan = .hours(1),
    mesh: MeshID = testMesh, contents: EntryContents?
) -> CatalogEntry {
    CatalogEntry.signed(
        by: signer, kind: contents == nil ? .tombstone : .live, mesh: mesh, sequence: sequence,
        issuedAt: issued.wall, ttl: ttl, contents: contents)
}

func tombstone(by signer: Identity = identity(1), sequence: UInt64, issued: Moment = moment(0)) -> CatalogEntry {
    entry(by: signer, sequence: sequence, issued: issued, contents: nil)
}

extension Catalog {
    init(_ settings: GossipSettings = GossipSettings()) {
        self.init(mesh: testMesh, settings: settings)
    }

    /// Stands for everything that can be passed on.
    var fingerprint: RangeFingerprint {
        let vector = items(salt: 0).vector
        return vector.fingerprint(of: 0..<vector.count)
    }
}

/// Same bytes with one bit turned.
func flipped(_ bytes: [UInt8], at index: Int, bit: Int = 0) -> [UInt8] {
    var copy = bytes
    copy[index] ^= 1 << UInt8(bit)
    return copy
}

/// Decodes an entry the way the catalog does, without judging it.
func decode(_ bytes: [UInt8]) throws -> CatalogEntry {
    try CatalogEntry(decoding: bytes, header: EntryHeader(decoding: bytes), digest: SHA256.hash(bytes))
}
