import Overlay
import Testing

@testable import Gossip

@Suite struct MessageCodecTests {
    static let summary = EntrySummary(key: 1 << 60, sequence: 12, fingerprint: 0xDEAD_BEEF)
    static let examples: [GossipMessage] = [
        .push([[1, 2, 3], [], [4]]),
        .supply(request: 9, isLast: true, entries: [[5]]),
        .supply(request: 9, isLast: false, entries: []),
        .have([summary, summary]),
        .want(request: 1, [summary]),
        .announce([summary]),
        .graft([]),
        .prune,
        .tally(isQuestion: true, []),
        .tally(
            isQuestion: false,
            [RevocationTally(root: identity(1).publicKey, floor: 3, through: 9, hash: SHA256.hash([UInt8]([2])))]),
        .revocations([[1, 2], [3]]),
        .packedPush([PackedEntry(dictionary: 1, bytes: [1, 2]), PackedEntry(plain: [3]), PackedEntry(plain: [])]),
        .packedSupply(request: 9, isLast: true, entries: [PackedEntry(dictionary: 255, bytes: [])]),
        .packedSupply(request: 9, isLast: false, entries: []),
        .widePush([PackedEntry(dictionary: 1, bytes: [1, 2]), PackedEntry(plain: [3])]),
        .lack(session: 4, [.max, 0]),
        .summaries(session: 5, [summary]),
        .narrow(session: 7, .nothing),
    ]
    /// Their last part has no length of its own.
    static let openEnded: [GossipMessage] = [
        .compare(session: 2, [0x61, 0, 0, 0]),
        .difference(session: .max, []),
        .compareShards(session: 3, .everything, [0x61]),
    ]

    @Test(arguments: examples + openEnded) func roundTrip(message: GossipMessage) throws {
        #expect(try GossipMessage(decoding: message.encode()) == message)
    }

    @Test func everyKindHasAnExample() {
        #expect(Set((Self.examples + Self.openEnded).map(\.kind)).count == GossipMessage.Kind.allCases.count)
    }

    @Test(arguments: examples) func truncatedAndExtendedAreRefused(message: GossipMessage) {
        let bytes = message.encode().array
        for length in 0..<bytes.count {
            #expect(throws: MalformedMessage.self) {
                try GossipMessage(decoding: Bytes(bytes: Array(bytes[..<length])))
            }
        }
        #expect(throws: MalformedMessage.wire(.trailingBytes)) {
            try GossipMessage(decoding: Bytes(bytes: bytes + [0]))
        }
    }

    @Test func boundsAreKept() {
        func refusal(_ bytes: [UInt8]) -> MalformedMessage? {
            do throws(MalformedMessage) {
                _ = try GossipMessage(decoding: Bytes(bytes: bytes))
                return nil
            } catch {
                return error
            }
        }
        let zeros: [UInt8] = Array(repeating: 0, count: 8)
        #expect(refusal([0]) == .unknownKind(0))
        #expect(refusal([26]) == .unknownKind(26))
        #expect(refusal([25, 0, 0, 0, 1] + zeros + zeros.dropLast()) == .wire(.truncated))
        #expect(refusal([25, 0, 0, 0, 1] + zeros + zeros.dropLast() + [1]) == .selection)
        #expect(
            refusal([25, 0, 0, 0, 1] + Array(repeating: zeros.dropLast() + [1], count: 2).joined() + [0]) == .selection)
        #expect(
            refusal([25, 0, 0, 0, 1] + Array(repeating: zeros.dropLast() + [1], count: 2).joined() + [33]) == .selection
        )
        #expect(refusal([20, 0, 0, 0]) == .wire(.truncated))
        #expect(refusal([22, 0, 0, 0, 0, 0x07, 0xD1]) == .count(2_001))
        #expect(refusal([9, 0, 17]) == .count(17))
        #expect(refusal([9, 2, 0]) == .flag(2))
        #expect(refusal([1, 0xFF, 0xFF]) == .count(0xFFFF))
        #expect(refusal([11, 0x02, 0x01]) == .count(513))
        #expect(refusal([12, 0, 0, 0, 0, 2, 0, 0]) == .flag(2))
        #expect(refusal([3, 0x07, 0xD1]) == .count(2_001))
        #expect(refusal([2, 0, 0, 0, 0, 2, 0, 0]) == .flag(2))
        #expect(refusal(Array(repeating: 1, count: 65_537)) == .tooLong(65_537))
    }

    @Test func talliesThatNobodyCanHaveAreRefused() {
        let root = identity(1).publicKey
        let hash = SHA256.hash([UInt8]())
        for (floor, through) in [
            (0, 0), (1, 10_001), (5, 3), (.max, .max), (2, 1 << 63), (1, .max),
        ] as [(UInt64, UInt64)] {
            let tally = RevocationTally(root: root, floor: floor, through: through, hash: hash)
            #expect(throws: MalformedMessage.tally, "\(floor) to \(through)") {
                try GossipMessage(decoding: GossipMessage.tally(isQuestion: false, [tally]).encode())
            }
        }
    }

    @Test func fullListAndFullFrameFit() throws {
        let summaries = Array(repeating: Self.summary, count: GossipSettings.summariesPerMessage)
        let list = GossipMessage.summaries(session: 1, summaries)
        #expect(list.encode().readableBytes <= GossipSettings.messageLength)
        let ranges = GossipMessage.compare(session: 1, Array(repeating: 0, count: GossipSettings.rangesLength))
        #expect(ranges.encode().readableBytes <= GossipSettings.messageLength)

        let largest = [UInt8](repeating: 7, count: GossipSettings().entryLength)
        let entries = Array(repeating: largest, count: 9) + Array(repeating: [1], count: 1_200)
        let frames = GossipMessage.frames(of: entries)
        #expect(frames.flatMap { $0 } == entries)
        for frame in frames {
            let message = GossipMessage.supply(request: 1, isLast: true, entries: frame)
            #expect(message.encode().readableBytes <= GossipSettings.messageLength)
            #expect(try GossipMessage(decoding: message.encode()) == message)
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func garbageIsRefusedOrReadsAsWritten(seed: UInt64) {
        print("garbage seed \(seed)")
        var random = RandomSource(seed: seed)
        for _ in 0..<500 {
            var noise = random.bytes(1 + random.below(80))
            noise[0] = UInt8(random.below(34))
            if let message = try? GossipMessage(decoding: Bytes(bytes: noise)) {
                #expect(message.encode().array == noise)
            }
        }
    }
}
