import Testing

@testable import Overlay

@Suite struct ZlibTests {
    private static let dictionary = Array("the words that everybody uses when they speak of the weather".utf8)
    private static let sentence = Array("everybody uses words when they speak of the weather".utf8)

    private static func inflated(_ bytes: [UInt8], limit: Int = 1_000) -> Result<[UInt8], InflationError> {
        do throws(InflationError) {
            return .success(try Zlib.inflate(bytes, dictionary: dictionary, limit: limit))
        } catch {
            return .failure(error)
        }
    }

    @Test func whatIsInTheDictionaryTakesLittle() throws {
        let compact = try #require(Zlib.deflate(Self.sentence, dictionary: Self.dictionary, limit: 1_000))
        #expect(compact.count < 36)
        #expect(Self.inflated(compact) == .success(Self.sentence))
    }

    /// Python: `zlib.compressobj(zdict=dictionary)`.
    @Test func readsWhatAnotherProgramWrote() throws {
        let compact: [UInt8] = [
            0x78, 0xf9, 0xb2, 0xaf, 0x16, 0x81, 0x43, 0x57, 0x0c, 0x36, 0x06, 0xbf, 0x16, 0x00, 0xfe, 0x8b, 0x13, 0x4f,
        ]
        #expect(Self.inflated(compact) == .success(Self.sentence))
    }

    @Test func theLimitIsExact() throws {
        let bytes = [UInt8](repeating: 7, count: 5_000)
        let compact = try #require(Zlib.deflate(bytes, dictionary: Self.dictionary, limit: 1_000))
        #expect(Self.inflated(compact, limit: 5_000) == .success(bytes))
        #expect(Self.inflated(compact, limit: 4_999) == .failure(.tooLong))
        #expect(Self.inflated(compact, limit: 0) == .failure(.tooLong))
        #expect(Self.inflated(compact, limit: -1) == .failure(.tooLong))
        #expect(Self.inflated(compact, limit: .max) == .failure(.tooLong))
        #expect(Zlib.deflate(bytes, dictionary: Self.dictionary, limit: compact.count) == compact)
        #expect(Zlib.deflate(bytes, dictionary: Self.dictionary, limit: compact.count - 1) == nil)
        #expect(Zlib.deflate(bytes, dictionary: Self.dictionary, limit: 0) == nil)
        #expect(Zlib.deflate(bytes, dictionary: Self.dictionary, limit: -1) == nil)
    }

    @Test func aBombIsNotInflated() throws {
        let bomb = try #require(
            Zlib.deflate([UInt8](repeating: 0, count: 64 << 20), dictionary: Self.dictionary, limit: 1 << 20))
        #expect(bomb.count < 70_000)
        #expect(Self.inflated(bomb, limit: 16_384) == .failure(.tooLong))
    }

    @Test func everyTruncationAndExtensionIsNamed() throws {
        let compact = try #require(Zlib.deflate(Self.sentence, dictionary: Self.dictionary, limit: 1_000))
        for length in 0..<compact.count {
            #expect(Self.inflated(Array(compact[..<length])) == .failure(.truncated), "\(length) bytes")
        }
        #expect(Self.inflated(compact + [0]) == .failure(.trailingBytes))
        #expect(Self.inflated(compact + compact) == .failure(.trailingBytes))
    }

    @Test func wrongChecksumsAndDictionariesAreCorrupt() throws {
        let compact = try #require(Zlib.deflate(Self.sentence, dictionary: Self.dictionary, limit: 1_000))
        var altered = compact
        altered[compact.count - 1] ^= 1
        #expect(Self.inflated(altered) == .failure(.corrupt))
        altered = compact
        altered[3] ^= 1
        #expect(Self.inflated(altered) == .failure(.corrupt), "another dictionary is named")
        let other = try #require(Zlib.deflate(Self.sentence, dictionary: Array("else".utf8), limit: 1_000))
        #expect(Self.inflated(other) == .failure(.corrupt))
        // Python: zlib.compress(b"no dictionary").
        let none: [UInt8] = [
            0x78, 0x9c, 0xcb, 0xcb, 0x57, 0x48, 0xc9, 0x4c, 0x2e, 0xc9, 0xcc, 0xcf, 0x4b, 0x2c, 0xaa, 0x04, 0x00, 0x22,
            0xed, 0x05, 0x34,
        ]
        #expect(Self.inflated(none) == .failure(.corrupt))
        #expect(Self.inflated(Array("plain text".utf8)) == .failure(.corrupt))
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func everythingComesBack(seed: UInt64) throws {
        print("zlib seed \(seed)")
        var random = RandomSource(seed: seed)
        for _ in 0..<30 {
            let letters = 1 + random.below(256)
            let bytes = random.bytes(random.below(3_000)).map { UInt8(Int($0) % letters) }
            let dictionary = random.bytes(1 + random.below(2_000)).map { UInt8(Int($0) % letters) }
            let compact = try #require(Zlib.deflate(bytes, dictionary: dictionary, limit: 4_000))
            #expect(try Zlib.inflate(compact, dictionary: dictionary, limit: bytes.count) == bytes)
            let noise = random.bytes(random.below(200))
            #expect((try? Zlib.inflate(noise, dictionary: dictionary, limit: 100))?.count ?? 0 <= 100)
        }
    }
}
