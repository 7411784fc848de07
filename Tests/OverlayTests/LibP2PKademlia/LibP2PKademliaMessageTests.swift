import Testing

@testable import Overlay

/// The form of libp2p's DHT messages, and their stream cut, cut short and damaged.
struct LibP2PKademliaMessageTests {
    private let settings = LibP2PKademliaSettings()

    private func read(_ bytes: [UInt8], piece: Int) throws -> (messages: [LibP2PKademliaMessage], isWhole: Bool) {
        var frames = LibP2PKademliaFrames(requestsWithin: settings)
        var messages: [LibP2PKademliaMessage] = []
        for start in stride(from: 0, to: bytes.count, by: piece) {
            frames.append(Bytes(bytes: bytes[start..<min(start + piece, bytes.count)]))
            while let message = try frames.next() { messages.append(message) }
        }
        return (messages, frames.isAtBoundary)
    }

    @Test("what is written is read again, however it is cut", arguments: UInt64(1)...20)
    func roundTrip(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let messages = (0..<8).map { _ in LibP2PFixtures.full(random: &random) }
        let stream = messages.flatMap { $0.framed.array }
        for piece in [1, 2, 7, 1_000_000] {
            let found = try read(stream, piece: piece)
            #expect(found.messages == messages && found.isWhole, "seed \(seed), pieces of \(piece)")
        }
    }

    @Test func everyTruncationWaitsForTheRest() throws {
        var random = RandomSource(seed: 3)
        let stream = LibP2PFixtures.full(random: &random).framed.array
        for length in 1..<stream.count {
            let found = try read(Array(stream.prefix(length)), piece: 1)
            #expect(found.messages.isEmpty && !found.isWhole)
        }
    }

    @Test func damagedStreamsEndOrGoOn() {
        for seed in UInt64(0)..<400 {
            var random = RandomSource(seed: 9_000 + seed)
            var stream = (0..<3).flatMap { _ in LibP2PFixtures.full(random: &random).framed.array }
            for _ in 0..<1 + random.below(4) { stream[random.below(stream.count)] = UInt8(random.below(256)) }
            let whole = Result { try read(stream, piece: stream.count) }
            let dripped = Result { try read(stream, piece: 1) }
            // The cut decides nothing, neither what is read nor whether it is refused.
            switch (whole, dripped) {
            case (.success(let one), .success(let other)):
                #expect(one.messages == other.messages && one.isWhole == other.isWhole, "seed \(9_000 + seed)")
            case (.failure(let one), .failure(let other)):
                #expect(one as? WireError == other as? WireError, "seed \(9_000 + seed)")
            default:
                Issue.record("seed \(9_000 + seed): \(whole) and \(dripped)")
            }
        }
    }

    @Test func noiseIsRefusedOrWaitedFor() {
        for seed in UInt64(0)..<400 {
            var random = RandomSource(seed: 11_000 + seed)
            let noise = random.bytes(1 + random.below(600))
            // Nothing is expected of it but an end: neither a crash nor a message that cannot be written again.
            guard let found = try? read(noise, piece: 1 + random.below(9)) else { continue }
            for message in found.messages {
                #expect((try? LibP2PKademliaMessage(message.encoded)) == message, "seed \(11_000 + seed)")
            }
        }
    }

    @Test func aLengthAboveTheLimitIsRefusedBeforeTheMessageComes() {
        var frames = LibP2PKademliaFrames(requestsWithin: settings)
        frames.append(Bytes(bytes: Varint.encode(UInt64(settings.requestLength + 1))))
        #expect(throws: WireError.tooLong(limit: settings.requestLength)) { try frames.next() }
        var answers = LibP2PKademliaFrames(answersWithin: settings)
        answers.append(Bytes(bytes: Varint.encode(UInt64(settings.requestLength + 1))))
        #expect(throws: Never.self) { try answers.next() }
    }

    @Test func whatIsUnknownIsSkipped() throws {
        var peer = ProtobufWriter()
        peer.bytes(LibP2PFixtures.peer(1).encoded, field: 1)
        peer.bytes([0xff, 0xff, 0x01], field: 2)
        peer.bytes(LibP2PFixtures.address(1).with(peer: LibP2PFixtures.peer(1)).encoded, field: 2)
        peer.varint(99, field: 3)
        peer.bytes([1, 2, 3], field: 4)
        var nobody = ProtobufWriter()
        nobody.bytes([1, 2, 3], field: 1)
        var writer = ProtobufWriter()
        writer.varint(4, field: 1)
        writer.bytes([7], field: 2)
        writer.nested(peer, field: 8)
        writer.nested(nobody, field: 8)
        writer.varint(5, field: 10)
        writer.bytes([UInt8](repeating: 1, count: 300), field: 11)
        var expected = LibP2PKademliaMessage(.findNode, key: [7])
        expected.closerPeers = [LibP2PFixtures.contact(1)]
        #expect(try LibP2PKademliaMessage(writer.message) == expected)
    }

    @Test func moreThanTheLimitsIsNotRead() throws {
        var message = LibP2PKademliaMessage(.getProviders, key: [1])
        var busy = LibP2PFixtures.contact(1)
        busy.addresses = (0..<40).map { LibP2PFixtures.address($0) }
        message.providerPeers = [busy] + (0..<200).map { _ in LibP2PFixtures.contact(2) }
        let read = try LibP2PKademliaMessage(message.encoded)
        #expect(read.providerPeers.count == settings.peersRead)
        #expect(read.providerPeers[0].addresses == Array(busy.addresses.prefix(settings.addressesPerPeer)))
    }

    @Test func kindsAndKeysOutOfBoundsAreRefused() {
        var strange = ProtobufWriter()
        strange.varint(6, field: 1)
        #expect(throws: WireError.unknownCode(6)) { try LibP2PKademliaMessage(strange.message) }
        var long = ProtobufWriter()
        long.bytes([UInt8](repeating: 1, count: settings.keyLength + 1), field: 2)
        #expect(throws: WireError.tooLong(limit: settings.keyLength)) { try LibP2PKademliaMessage(long.message) }
    }

    @Test(
        arguments: [
            ("QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n", "1220"),
            ("bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku", "1220"),
            ("bafkqaaa", "0000"),
        ])
    func contentsHaveTheirMultihash(text: String, beginning: String) throws {
        let encoded = Hexadecimal.encode(try ContentID(text: text).multihash.encoded)
        #expect(encoded.hasPrefix(beginning))
    }

    @Test func bothFormsOfAContentAreOneKey() throws {
        let old = try ContentID(text: "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n")
        let new = [0x01, 0x70] + old.multihash.encoded
        #expect(try ContentID(text: Multibase.base32.encode(new)) == old)
    }

    @Test(arguments: ["", "Qm", "hello", "bafy", "z2", "bafkqaa", "12D3KooW"])
    func whatIsNoContent(text: String) {
        #expect(throws: WireError.self) { try ContentID(text: text) }
    }
}
