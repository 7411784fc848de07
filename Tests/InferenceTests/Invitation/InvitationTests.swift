import Biscuit
import Gossip
import Overlay
import Testing

@testable import Inference

/// The text that leads to a mesh.
struct InvitationTests {
    private typealias NodePublicKey = Overlay.PublicKey

    private static let seeds = 0..<UInt64(60)
    private static let root = "ed25519/" + String(repeating: "4a", count: 32)
    private static let peer = "12D3KooWAqL5p8oMotuJUfrRdkAawb2bgYzdr4dstkR5ZhtG2hJ8"
    private static let node = "/ip4/192.0.2.1/tcp/5002/p2p/" + peer

    private static func mesh(_ root: String = Self.root) throws -> String {
        let key = try Biscuit.PublicKey(root)
        return try #require(MeshID(root: key)).description
    }

    private static func text(_ change: (inout [String]) throws -> Void = { _ in }) throws -> String {
        var fields = ["v=1", "mesh=\(try mesh())", "root=\(root)", "node=\(node)"]
        try change(&fields)
        return "sam://join?" + fields.joined(separator: "&")
    }

    /// An invitation with drawn keys and addresses.
    private static func drawn(_ random: inout RandomSource) throws -> Invitation {
        var roots = [try Biscuit.PublicKey(algorithm: .ed25519, bytes: random.bytes(32))]
        for _ in 0..<random.below(InvitationLimits.roots) {
            roots.append(try Biscuit.PublicKey(algorithm: .ed25519, bytes: random.bytes(32)))
        }
        var addresses: [Multiaddr] = []
        for _ in 0..<random.below(InvitationLimits.addresses + 1) {
            let key = try #require(NodePublicKey(random.bytes(32)))
            let port = UInt16(1 + random.below(65_535))
            let address: Multiaddr
            switch random.below(4) {
            case 0: address = Multiaddr(ip: try #require(IPAddress(bytes: random.bytes(16))), tcp: port)
            case 1: address = try Multiaddr(text: "/dns4/n\(random.below(1_000)).%&=+ ü.example/tcp/\(port)")
            case 2: address = Multiaddr(ip: try #require(IPAddress(bytes: [10] + random.bytes(3))), udp: port)
            default: address = Multiaddr(ip: try #require(IPAddress(bytes: [10] + random.bytes(3))), tcp: port)
            }
            addresses.append(address.with(peer: PeerID(key)))
        }
        return try Invitation(roots: roots, addresses: addresses)
    }

    @Test func aTextIsWhatTheDocumentationShows() throws {
        let invitation = try Invitation(parsing: try Self.text())
        #expect(try invitation.text == Self.text())
        #expect(invitation.roots.map(\.description) == [Self.root])
        #expect(invitation.addresses.map(\.text) == [Self.node])
        #expect(try invitation.meshID.description == Self.mesh())
    }

    @Test(arguments: seeds) func textsAreReadBack(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let invitation = try Self.drawn(&random)
        let text = invitation.text
        #expect(try Invitation(parsing: text) == invitation, "seed \(seed)")
        #expect(text.utf8.allSatisfy { (0x21...0x7e).contains($0) }, "seed \(seed)")
    }

    @Test(arguments: 0..<UInt64(5)) func noPartOfATextIsAnother(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let invitation = try Self.drawn(&random)
        for cut in Fuzz.truncations(Array(invitation.text.utf8)) {
            let read = try? Invitation(parsing: String(decoding: cut, as: UTF8.self))
            // A text that ends behind a whole field is a shorter invitation to the same mesh, never to another.
            #expect(read?.meshID ?? invitation.meshID == invitation.meshID, "seed \(seed)")
        }
    }

    @Test(arguments: seeds) func damagedTextsAreRefusedOrWhole(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let good = Array(try Self.drawn(&random).text.utf8)
        for _ in 0..<20 {
            let damaged = String(decoding: Fuzz.flipped(good, random: &random), as: UTF8.self)
            do throws(InvitationError) {
                let read = try Invitation(parsing: damaged)
                #expect(try Invitation(parsing: read.text) == read, "seed \(seed)")
            } catch {
                #expect(!error.description.isEmpty && error.description.utf8.count < 4_096, "seed \(seed)")
            }
        }
    }

    @Test(arguments: [
        ("text", "https://join?v=1"), ("text", ""), ("text", "sam://join"), ("text", "sam://join?"),
        ("text", "sam://join?v"), ("text", "sam://join?=1"), ("v", "sam://join?mesh=1"), ("v", "sam://join?v=2&x=1"),
        ("v", "sam://join?v=1&v=1"), ("mesh", "sam://join?v=1"), ("text", "sam://join?v=1&token=abc"),
        ("\"mesh\"", "sam://join?v=1&mesh=%4"), ("\"mesh\"", "sam://join?v=1&mesh=%zz"),
        ("\"mesh\"", "sam://join?v=1&mesh=%ff"), ("root", "sam://join?v=1&mesh=00"),
        ("root", "sam://join?v=1&mesh=00&root=ed25519/12"), ("root", "sam://join?v=1&mesh=00&root=rsa/12"),
    ])
    func errorsNameTheField(field: String, text: String) {
        #expect {
            try Invitation(parsing: text)
        } throws: { error in
            (error as? InvitationError)?.field == field
        }
    }

    @Test(arguments: [
        "/ip4/192.0.2.1/tcp/5002", "/ip4/0.0.0.0/tcp/5002/p2p/\(peer)", "/ip6/::/tcp/5002/p2p/\(peer)",
        "/ip4/192.0.2.1/tcp/0/p2p/\(peer)", "/ip4/192.0.2.1/p2p/\(peer)", "/p2p/\(peer)", "192.0.2.1:5002", "/nope/1",
        "/ip4/192.0.2.1/tcp/5002/p2p/12D3KooW", "",
    ])
    func addressesMustBeDialable(address: String) throws {
        let text = try Self.text { $0[3] = "node=\(address)" }
        #expect {
            try Invitation(parsing: text)
        } throws: { error in
            (error as? InvitationError)?.field == "node"
        }
    }

    @Test func aRootThatWasChangedIsNoticed() throws {
        let other = "ed25519/" + String(repeating: "4b", count: 32)
        let text = try Self.text { $0[2] = "root=\(other)" }
        let expected = try Self.mesh(other)
        #expect {
            try Invitation(parsing: text)
        } throws: { error in
            let error = error as? InvitationError
            return error?.field == "mesh" && error?.description.contains(expected) == true
        }
    }

    @Test func thereAreLimits() throws {
        let roots = try (0...InvitationLimits.roots).map {
            try Biscuit.PublicKey(algorithm: .ed25519, bytes: [UInt8](repeating: UInt8($0), count: 32))
        }
        #expect(throws: InvitationError.self) { try Invitation(roots: roots, addresses: []) }
        let addresses = try (0...InvitationLimits.addresses).map {
            try Multiaddr(text: "/dns4/n\($0)/tcp/1/p2p/\(Self.peer)")
        }
        #expect(throws: InvitationError.self) { try Invitation(roots: [roots[0]], addresses: addresses) }
        let long = try (0..<InvitationLimits.addresses).map {
            try Multiaddr(text: "/dns4/n\($0)\(String(repeating: "x", count: 250))/tcp/1/p2p/\(Self.peer)")
        }
        #expect(throws: InvitationError.self) { try Invitation(roots: [roots[0]], addresses: long) }
        #expect(throws: InvitationError.self) { try Invitation(parsing: String(repeating: "x", count: 1 << 20)) }
        #expect(throws: InvitationError.self) { try Invitation(roots: [], addresses: []) }
    }

    @Test func aSecondMentionCountsOnce() throws {
        let text = try Self.text { $0 += ["node=\(Self.node)", "root=\(Self.root)"] }
        #expect(try Invitation(parsing: text).text == Self.text())
    }

    @Test func theFirstRootMustNameAMesh() throws {
        let key = "secp256r1/036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
        #expect {
            try Invitation(parsing: "sam://join?v=1&mesh=00&root=\(key)")
        } throws: { error in
            (error as? InvitationError)?.field == "root"
        }
    }

    @Test func controlCharactersDoNotReachTheTerminal() {
        #expect {
            try Invitation(parsing: "sam://join?v=1&mesh=a&root=%1B%5B2J")
        } throws: { error in
            !"\(error)".unicodeScalars.contains { $0.value == 0x1b }
        }
    }
}
