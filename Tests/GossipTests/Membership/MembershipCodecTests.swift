import Overlay
import Testing

@testable import Gossip

@Suite struct MembershipCodecTests {
    static let examples: [MembershipMessage] = [
        .neighbor(isUrgent: true), .neighbor(isUrgent: false), .accept, .decline, .disconnect,
        .shuffle(id: .max, hops: 3, contacts: [[1, 2, 3], [], [4]]),
        .shuffleReply(id: 7, contacts: []),
    ]

    @Test(arguments: examples) func roundTrip(message: MembershipMessage) throws {
        #expect(try MembershipMessage(decoding: message.encode()) == message)
    }

    @Test func everyKindHasAnExample() {
        #expect(Set(Self.examples.map(\.kind)).count == MembershipMessage.Kind.allCases.count)
    }

    @Test(arguments: examples) func truncatedAndExtendedAreRefused(message: MembershipMessage) {
        let bytes = message.encode().array
        for length in 0..<bytes.count {
            #expect(throws: MalformedMessage.self) {
                try MembershipMessage(decoding: Bytes(bytes: Array(bytes[..<length])))
            }
        }
        #expect(throws: MalformedMessage.wire(.trailingBytes)) {
            try MembershipMessage(decoding: Bytes(bytes: bytes + [0]))
        }
    }

    @Test func boundsAreKept() {
        func refusal(_ bytes: [UInt8]) -> MalformedMessage? {
            do throws(MalformedMessage) {
                _ = try MembershipMessage(decoding: Bytes(bytes: bytes))
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal([0]) == .unknownKind(0))
        #expect(refusal([7]) == .unknownKind(7))
        #expect(refusal([1, 2]) == .flag(2))
        #expect(refusal([6] + Array(repeating: 0, count: 8) + [9]) == .count(9))
        #expect(refusal(Array(repeating: 1, count: 65_537)) == .tooLong(65_537))
    }

    @Test func anythingDecodesOrIsRefused() {
        let seed: UInt64 = 41
        print("seed \(seed)")
        var random = RandomSource(seed: seed)
        for _ in 0..<20_000 {
            var bytes = Self.examples[random.below(Self.examples.count)].encode().array
            for _ in 0..<random.below(4) where !bytes.isEmpty {
                bytes[random.below(bytes.count)] = UInt8(random.below(256))
            }
            guard let message = try? MembershipMessage(decoding: Bytes(bytes: bytes)) else { continue }
            #expect(message.encode().array == bytes)
        }
    }
}
