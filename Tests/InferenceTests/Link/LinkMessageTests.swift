import Gossip
import Overlay
import Testing

@testable import Inference

struct LinkMessageTests {
    private static func samples() throws -> [[UInt8]] {
        let peer = try AuthorizationFixture.peer(3)
        let mesh = try MeshAuthority().meshID
        let messages: [LinkMessage] = [
            .hello(Hello(meshID: mesh, token: [1, 2, 3])),
            .hello(Hello(meshID: mesh, token: [])),
            .verdict(Verdict(code: .admitted)),
            .verdict(Verdict(code: .refused, message: "the token expired – ü")),
            .verdict(Verdict(code: .full, message: "full", contacts: [[1, 2], [], [9]])),
            .unlinked(peer),
            .calendar(WallTime(milliseconds: 1_767_225_600_123)),
            .load(ServiceLoad(service: try #require(ServiceName("inference:demo")), running: 3, slots: 4)),
            .gossip(.want(request: 7, [])),
            .membership(.neighbor(isUrgent: true)),
            .membership(.shuffle(id: 1, hops: 2, contacts: [[1, 2]])),
            .gossip(.push([[1, 2, 3]])),
            .kademlia(.findNode(request: 9, target: NodeKey(peer), count: 20)),
        ]
        return messages.map { $0.encode().array }
    }

    @Test func roundTrip() throws {
        for bytes in try Self.samples() {
            #expect(try LinkMessage(decoding: Bytes(bytes: bytes)).encode().array == bytes)
        }
    }

    @Test func truncatedMessagesAreErrors() throws {
        for bytes in try Self.samples() {
            for beginning in Fuzz.truncations(bytes) {
                #expect(throws: LinkMessageError.self) { try LinkMessage(decoding: Bytes(bytes: beginning)) }
            }
        }
    }

    @Test func whatFollowsAMessageIsAnError() throws {
        for bytes in try Self.samples() {
            #expect(throws: LinkMessageError.self) { try LinkMessage(decoding: Bytes(bytes: bytes + [0])) }
        }
    }

    @Test func unknownKindsVersionsAndVerdictsAreNamed() throws {
        #expect(throws: LinkMessageError.unknownKind(200)) { try LinkMessage(decoding: Bytes(bytes: [200])) }
        #expect(throws: LinkMessageError.unsupportedVersion(2)) { try LinkMessage(decoding: Bytes(bytes: [0, 2])) }
        #expect(throws: LinkMessageError.unknownVerdict(99)) { try LinkMessage(decoding: Bytes(bytes: [1, 99])) }
        #expect(throws: LinkMessageError.truncated) { try LinkMessage(decoding: Bytes()) }
        let long: [UInt8] = [1, 1, 0x02, 0x01] + [UInt8](repeating: 65, count: 513) + [0]
        #expect(throws: LinkMessageError.tooLong) { try LinkMessage(decoding: Bytes(bytes: long)) }
    }

    @Test func aLongVerdictIsCutToWhatItsReceiverTakes() throws {
        let verdict = Verdict(
            code: .refused, message: String(repeating: "é", count: 600), contacts: .init(repeating: [1], count: 30))
        guard case .verdict(let decoded) = try LinkMessage(decoding: LinkMessage.verdict(verdict).encode()) else {
            return #expect(Bool(false), "another message came out")
        }
        #expect(decoded.message.utf8.count <= 515 && decoded.contacts.count == 8)
    }

    @Test func garbageAndFlippedBitsAreDataOrErrors() throws {
        let seed: UInt64 = 3
        print("seed \(seed)")
        var random = RandomSource(seed: seed)
        let samples = try Self.samples()
        var decoded = 0
        for round in 0..<20_000 {
            let bytes =
                round % 2 == 0
                ? [UInt8(random.below(7))] + random.bytes(random.below(200))
                : Fuzz.flipped(samples[random.below(samples.count)], random: &random)
            guard let message = try? LinkMessage(decoding: Bytes(bytes: bytes)) else { continue }
            decoded += 1
            #expect(try LinkMessage(decoding: message.encode()).encode() == message.encode())
        }
        #expect(decoded > 0)
    }
}
