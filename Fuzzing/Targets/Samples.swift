import Biscuit
import Gossip
import Inference
import Overlay

/// Fixed values that the samples of the targets are made of.
struct Samples: Sendable {
    let identities: [Identity]
    let root: KeyPair
    let rootIdentity: Identity
    let mesh: MeshID
    let tokens: [[UInt8]]
    let addresses: [Multiaddr]
    let contacts: [ContactRecord]
    let entries: [CatalogEntry]
    let revocations: [Revocation]
    /// Digests and whatever else has 32 bytes.
    let words: [Bytes32]

    /// Calendar time of everything that is signed.
    static let start = WallTime(seconds: 1_800_000_000)
    static let moment = Moment(instant: .zero + .seconds(1_000), wall: start)

    init() throws {
        var random = RandomSource(seed: 1)
        identities = (0..<6).map { _ in Identity(random: &random) }
        words = (0..<6).compactMap { _ in Bytes32(random.bytes(Bytes32.count)) }
        let seed = [UInt8](repeating: 7, count: 32)
        root = try KeyPair(seed: seed)
        rootIdentity = try FuzzTarget.require(Identity(seed: seed))
        mesh = MeshID(rootKey: rootIdentity.publicKey)
        let (root, peers) = (root, identities.map(\.peerID))
        tokens = try peers.map { try Self.token(for: $0, root: root) }
        addresses = try Self.addressTexts.map { try Multiaddr(text: $0) }
        let reachable = [[addresses[0]], [addresses[0], addresses[1]], [addresses[2]]]
        contacts = try identities.enumerated().map { index, identity in
            try ContactRecord(
                signedBy: identity, sequence: UInt64(index + 1), issuedAt: Self.start, timeToLive: .hours(12),
                roles: index % 2 == 0 ? [.server] : [], addresses: reachable[index % reachable.count])
        }
        entries = try Self.entries(by: identities, mesh: mesh)
        revocations = Self.revocations(by: rootIdentity, mesh: mesh, of: peers, random: &random)
    }

    static let addressTexts = [
        "/ip4/192.0.2.1/tcp/4001", "/ip4/198.51.100.7/udp/4001", "/ip6/2001:db8::1/tcp/4001",
        "/dns4/node.example.org/tcp/443",
        "/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWAqL5p8oMotuJUfrRdkAawb2bgYzdr4dstkR5ZhtG2hJ8",
        "/ip4/10.0.0.1/udp/4001/quic-v1",
        "/ip4/10.0.0.1/tcp/1/p2p/12D3KooWAqL5p8oMotuJUfrRdkAawb2bgYzdr4dstkR5ZhtG2hJ8/p2p-circuit",
    ]

    /// Of the service that some of the entries offer.
    static let topic = Topic.service("inference:openrouter")

    var peers: [PeerID] { identities.map(\.peerID) }

    private static func token(for peer: PeerID, root: KeyPair) throws -> [UInt8] {
        var request = TokenRequest(peer: peer, expiry: start + .hours(8))
        request.user = "someone"
        request.groups = ["research"]
        request.services = [try ServicePattern(parsing: "inference:*"), try ServicePattern(parsing: "mcp:a.*")]
        return try Token.mint(
            root: root, authority: request.authorityBlock, nextKey: KeyPair(seed: [UInt8](repeating: 9, count: 32))
        ).bytes
    }

    /// As nodes publish them; the last is a withdrawal.
    private static func entries(by identities: [Identity], mesh: MeshID) throws -> [CatalogEntry] {
        let labels = try FuzzTarget.require(LabelSet(parsing: "region=us-east-1,jurisdiction=eu"))
        let name = try FuzzTarget.require(ServiceName("inference:openrouter"))
        let tool = try FuzzTarget.require(ServiceName("mcp:files.local"))
        let offer = try ServiceOffer(
            name: name, summary: "A service\nfor models", models: ["openai/gpt-5", "anthropic/claude", "naïve/模型"],
            labels: labels, limits: ServiceLimits(contextLength: 200_000, outputTokens: 8_192, concurrency: 4))
        return try identities.enumerated().map { index, identity in
            var node = Mesh(identity: identity, meshID: mesh, random: RandomSource(seed: UInt64(index)))
            var outbox: [MeshAction] = []
            let offers = index % 2 == 0 ? [offer, try ServiceOffer(name: tool)] : [try ServiceOffer(name: tool)]
            _ = node.publish(
                offers: offers, labels: labels, relays: Array(identities.prefix(index % 3).map(\.peerID)),
                tokenDigest: TokenDigest(token: [1, 2, 3]), at: moment, into: &outbox)
            if index == identities.count - 1 { _ = node.withdraw(at: moment, into: &outbox) }
            return try CatalogEntry.published(in: node.catalog.snapshot, mesh: mesh)
        }
    }

    private static func revocations(
        by root: Identity, mesh: MeshID, of peers: [PeerID], random: inout RandomSource
    ) -> [Revocation] {
        (1...4).map { number in
            let subject: Revocation.Subject = number % 2 == 0 ? .peer(peers[number]) : .block(random.bytes(64))
            let contents = Revocation.Contents(
                subject, mesh: mesh, root: root.publicKey, number: UInt64(number), floor: 1, issuedAt: start,
                end: start + .hours(24))
            return contents.signed(root.sign(contents.message))
        }
    }
}

extension CatalogEntry {
    /// The one entry of a snapshot.
    fileprivate static func published(in snapshot: [[UInt8]], mesh: MeshID) throws -> CatalogEntry {
        let catalog = Catalog(mesh: mesh, owner: nil)
        return try catalog.verified(try FuzzTarget.require(snapshot.first), at: Samples.moment)
    }
}
