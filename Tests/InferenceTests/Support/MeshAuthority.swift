import Biscuit
import Gossip
import Overlay

@testable import Inference

/// A mesh's root key and the tokens that it signs.
struct MeshAuthority {
    /// The calendar time at which every network begins.
    static let start = WallTime(seconds: 1_800_000_000)

    let root: KeyPair
    let meshID: MeshID

    init(seed: UInt8 = 1) throws {
        root = try KeyPair(seed: [UInt8](repeating: seed, count: 32))
        guard let meshID = MeshID(root: root.publicKey) else { throw AdmissionRefusal.foreign }
        self.meshID = meshID
    }

    /// A token that is bound to `peer`.
    func token(
        for peer: PeerID, services: [String] = ["*"], lifetime: TimeSpan = .hours(8), labels: LabelSet = .empty
    ) throws -> [UInt8] {
        var request = TokenRequest(peer: peer, expiry: Self.start + lifetime)
        request.user = "user-\(peer.text.suffix(4))"
        request.labels = labels
        request.services = try services.map { try ServicePattern(parsing: $0) }
        return try Token.mint(
            root: root, authority: request.authorityBlock, nextKey: KeyPair(seed: [UInt8](repeating: 9, count: 32))
        ).bytes
    }
}

/// What kind of token a node of a test shows.
enum TokenKind {
    case good
    /// Grants only these services.
    case granting([String])
    case lasting(TimeSpan)
    /// Attests these labels.
    case attesting(LabelSet)
    case expired
    /// Good, but of another mesh; the node claims to belong to this one.
    case foreignRoot
    case boundToAnother
    case tampered

    func bytes(for peer: PeerID, of authority: MeshAuthority) throws -> [UInt8] {
        switch self {
        case .good: try authority.token(for: peer)
        case .granting(let services): try authority.token(for: peer, services: services)
        case .lasting(let span): try authority.token(for: peer, lifetime: span)
        case .attesting(let labels): try authority.token(for: peer, labels: labels)
        case .expired: try authority.token(for: peer, lifetime: .zero)
        case .foreignRoot: try MeshAuthority(seed: 77).token(for: peer)
        case .boundToAnother: try authority.token(for: AuthorizationFixture.peer(200))
        case .tampered: Self.tamper(try authority.token(for: peer))
        }
    }

    /// Changes a byte of a signed block, so that the token still parses.
    private static func tamper(_ token: [UInt8]) -> [UInt8] {
        var token = token
        let user = Array("user-".utf8)
        let at = token.indices.first { token[$0...].starts(with: user) }
        if let at { token[at] = UInt8(ascii: "U") }
        return token
    }
}
