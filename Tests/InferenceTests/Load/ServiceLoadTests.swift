import Gossip
import Overlay
import Testing

@testable import Inference

struct ServiceLoadTests {
    private func bytes(_ load: ServiceLoad) -> [UInt8] {
        var bytes = Bytes()
        load.encode(into: &bytes)
        return bytes.array
    }

    private func decode(_ bytes: [UInt8]) -> ServiceLoad? {
        var bytes = Bytes(bytes: bytes)
        guard let load = ServiceLoad(decoding: &bytes), bytes.readableBytes == 0 else { return nil }
        return load
    }

    @Test func bytesAsSpecified() throws {
        let service = try #require(ServiceName("inference:demo"))
        let limited = ServiceLoad(service: service, running: 3, slots: 260)
        #expect(bytes(limited) == [2, 4] + Array("demo".utf8) + [0, 3, 1, 4])
        #expect(decode(bytes(limited)) == limited)
        let unlimited = ServiceLoad(service: service, running: .max, slots: nil)
        #expect(bytes(unlimited) == [2, 4] + Array("demo".utf8) + [255, 255, 0, 0])
        #expect(decode(bytes(unlimited)) == unlimited)
    }

    @Test func theLongestNameFits() throws {
        let segment = String(repeating: "a", count: 63)
        let name = [segment, segment, segment, String(segment.dropLast(2))].joined(separator: ".")
        #expect(name.utf8.count == ServiceName.maximumLength)
        let load = ServiceLoad(
            service: try #require(ServiceName(type: .mcp, name: name)), running: 0, slots: 1)
        #expect(decode(bytes(load)) == load)
    }

    @Test func truncatedBytesAreNone() throws {
        let load = ServiceLoad(service: try #require(ServiceName("a2a:x.y")), running: 1, slots: 2)
        for beginning in Fuzz.truncations(bytes(load)) { #expect(decode(beginning) == nil) }
    }

    @Test func unknownTypesAndInvalidNamesAreNone() {
        #expect(decode([9, 1, 97, 0, 0, 0, 0]) == nil)
        #expect(decode([2, 0, 0, 0, 0, 0]) == nil)
        #expect(decode([2, 1, 32, 0, 0, 0, 0]) == nil)
        #expect(decode([2, 2, 0xff, 0xfe, 0, 0, 0, 0]) == nil)
        #expect(decode([2, 64] + [UInt8](repeating: 97, count: 64) + [0, 0, 0, 0]) == nil)
    }

    @Test func garbageAndFlippedBitsAreLoadsOrNone() throws {
        let seed: UInt64 = 6
        print("seed \(seed)")
        var random = RandomSource(seed: seed)
        let sample = bytes(ServiceLoad(service: try #require(ServiceName("mcp:tools")), running: 7, slots: 9))
        var decoded = 0
        for round in 0..<20_000 {
            let input =
                round % 2 == 0
                ? [UInt8(random.below(4)), UInt8(random.below(12))] + random.bytes(random.below(20))
                : Fuzz.flipped(sample, random: &random)
            guard let load = decode(input) else { continue }
            decoded += 1
            #expect(decode(bytes(load)) == load)
        }
        #expect(decoded > 0)
    }
}
