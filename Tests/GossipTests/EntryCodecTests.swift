import Overlay
import Testing

@testable import Gossip

@Suite struct EntryCodecTests {
    @Test func roundTripKeepsEverything() throws {
        let contents = try fullContents()
        let made = entry(sequence: 77, issued: moment(5), contents: contents)
        let read = try decode(made.bytes)
        #expect(read == made)
        #expect(read.contents == contents)
        #expect(read.header.issuedAt == moment(5).wall)
        #expect(read.header.ttl == .hours(1))
        #expect(read.services.map(\.name.description) == ["mcp:files.local", "inference:openrouter"])
        #expect(read.hasValidSignature)
        #expect(CatalogEntry.length(with: contents) == made.bytes.count)
    }

    @Test func tombstoneIsAHeaderAndASignature() throws {
        let made = tombstone(sequence: 3)
        #expect(made.bytes.count == EntryHeader.length + CatalogEntry.signatureLength)
        #expect(try decode(made.bytes) == made)
        #expect(made.hasValidSignature)
    }

    @Test func typicalEntryIsSmall() throws {
        let models = (0..<8).map { "provider/model-\($0)-instruct" }
        let made = entry(contents: try contents(models))
        print("entry with eight models: \(made.bytes.count) bytes")
        #expect(made.bytes.count < 480)
    }

    @Test func everyTruncationAndExtensionIsRefused() throws {
        let bytes = entry(contents: try fullContents()).bytes
        for length in 0..<bytes.count {
            #expect(throws: (any Error).self) { try decode(Array(bytes[..<length])) }
        }
        #expect(throws: (any Error).self) { try decode(bytes + [0]) }
        #expect(throws: (any Error).self) { try decode(tombstone(sequence: 1).bytes + [0]) }
    }

    @Test func everyFlippedBitIsRefusedOrFailsTheSignature() throws {
        let bytes = entry(contents: try fullContents()).bytes
        for index in bytes.indices {
            let altered = flipped(bytes, at: index, bit: index % 8)
            if let read = try? decode(altered) { #expect(!read.hasValidSignature) }
        }
    }

    @Test func signatureIsBoundToItsDomain() throws {
        let made = entry(contents: try contents())
        let split = made.bytes.count - CatalogEntry.signatureLength
        let plain = Array(made.bytes[..<split])
        let moved = plain + identity(1).sign(plain)
        #expect(try !decode(moved).hasValidSignature)
    }

    @Test func wrongOrderIsRefused() throws {
        let bytes = entry(contents: try contents(["aaaa", "bbbb"])).bytes
        let first = try #require(bytes.firstRange(of: Array("aaaa".utf8)))
        let second = try #require(bytes.firstRange(of: Array("bbbb".utf8)))
        var swapped = bytes
        swapped.replaceSubrange(first, with: Array("bbbb".utf8))
        swapped.replaceSubrange(second, with: Array("aaaa".utf8))
        #expect(throws: InvalidOffer.modelOrder) { try decode(swapped) }
        swapped.replaceSubrange(second, with: Array("bbbb".utf8))
        #expect(throws: InvalidOffer.modelOrder) { try decode(swapped) }
    }

    @Test func unknownVersionAndKindAreRefused() throws {
        let bytes = entry(contents: try contents()).bytes
        var other = bytes
        other[0] = 2
        #expect(throws: MalformedEntry.version(2)) { try decode(other) }
        other = bytes
        other[1] = 3
        #expect(throws: MalformedEntry.kind(3)) { try decode(other) }
        other = bytes
        other[66] = 0x80
        #expect(throws: (any Error).self) { try decode(other) }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func garbageNeverPasses(seed: UInt64) throws {
        print("garbage seed \(seed)")
        var random = RandomSource(seed: seed)
        let valid = entry(contents: try fullContents()).bytes
        for _ in 0..<200 {
            let noise = random.bytes(random.below(600))
            #expect((try? decode(noise))?.hasValidSignature != true)
            let keep = random.below(valid.count)
            let spliced = Array(valid[..<keep]) + random.bytes(random.below(400))
            #expect((try? decode(spliced))?.hasValidSignature != true)
        }
    }
}
