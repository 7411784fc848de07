import Overlay
import Testing

@testable import Inference

struct LinkFramesTests {
    private func messages(_ random: inout RandomSource) -> [[UInt8]] {
        [0, 1, 127, 128, 16_383, 16_384, LinkFrames.longest].map { random.bytes($0) }
    }

    @Test(arguments: Cutting.allCases)
    func roundTrip(cutting: Cutting) throws {
        var random = RandomSource(seed: 1)
        let sent = messages(&random)
        var stream = Bytes()
        for message in sent { stream.writeImmutableBuffer(LinkFrames.frame(Bytes(bytes: message))) }
        var frames = LinkFrames()
        var received: [[UInt8]] = []
        for piece in cutting.pieces(of: stream, random: &random) {
            frames.append(piece)
            while let frame = try frames.next() { received.append(frame.array) }
        }
        #expect(received == sent)
    }

    @Test func anIncompleteFrameIsWaitedFor() throws {
        let whole = LinkFrames.frame(Bytes(bytes: [UInt8](repeating: 3, count: 300))).array
        for beginning in Fuzz.truncations(whole) {
            var frames = LinkFrames()
            frames.append(Bytes(bytes: beginning))
            #expect(try frames.next() == nil)
        }
    }

    @Test(arguments: [[0xff, 0xff, 0xff], [0x80, 0x80, 0x80, 0x01], [0x81, 0x80, 0x05]])
    func tooLongIsRefusedBeforeItComes(prefix: [UInt8]) {
        var frames = LinkFrames()
        frames.append(Bytes(bytes: prefix))
        #expect(throws: LinkMessageError.tooLong) { try frames.next() }
    }

    @Test func garbageIsAFrameOrAnErrorAndNeverMoreThanItsBytes() {
        let seed: UInt64 = 2
        print("seed \(seed)")
        var random = RandomSource(seed: seed)
        for _ in 0..<3_000 {
            var frames = LinkFrames()
            let garbage = random.bytes(random.below(400))
            frames.append(Bytes(bytes: garbage))
            var total = 0
            while let frame = try? frames.next() { total += frame.readableBytes + 1 }
            #expect(total <= garbage.count)
        }
    }
}
