import Testing

@testable import Overlay

@Suite struct KademliaMessageTests {
    private func decode(_ bytes: [UInt8]) -> Result<KademliaMessage, KademliaMessage.Refusal> {
        Result { () throws(KademliaMessage.Refusal) in try KademliaMessage(decoding: Bytes(bytes: bytes)) }
    }

    private func ticket(_ random: inout RandomSource) -> Ticket { Ticket(bytes: SHA256.hash(random.bytes(8))) }

    private func registration(_ random: inout RandomSource) -> Registration {
        let span = TimeSpan.milliseconds(UInt64(random.below(1_000_000)))
        return random.below(2) == 0 ? .registered(span) : .waiting(span, ticket(&random))
    }

    private static let seen = [
        UDPEndpoint(ip: .v4(0xC000_0201), port: 4_001),
        UDPEndpoint(ip: .v6(high: 0x2001_0DB8_0000_0000, low: 1), port: 4_002),
    ]

    private func samples(_ random: inout RandomSource) -> [KademliaMessage] {
        let target = NodeKey(hashing: random.bytes(8))
        let request = UInt32(truncatingIfNeeded: random.next())
        let records = (0..<random.below(21)).map { _ in random.bytes(1 + random.below(512)) }
        return [
            .findNode(request: request, target: target, count: random.below(21), skip: random.below(21)),
            .nodes(request: request, records: records, hasMore: true), .nodes(request: 0, records: []),
            .contact(record: random.bytes(1 + random.below(512))),
            .askTicket(request: request, topic: target),
            .registration(request: request, registration(&random)), .registration(request: 0, .refused),
            .findAdvertisements(request: request, topic: target, count: random.below(21), skip: random.below(21)),
            .advertisements(request: request, records, hasMore: true), .advertisements(request: 0, []),
            .askDialBack(request: request, port: 4_001, nonce: DialBackNonce(random: &random)),
            .dialBack(request: request, DialBackAnswer(isSent: true, seen: Self.seen[random.below(2)])),
            .dialBack(request: 0, DialBackAnswer(isSent: false, seen: Self.seen[random.below(2)])),
            .register(
                request: request, topic: target, ticket: ticket(&random),
                advertisement: random.bytes(1 + random.below(900))),
        ]
    }

    @Test func hasTheDocumentedBytes() throws {
        let target = try #require(Bytes32([UInt8](repeating: 7, count: 32)))
        let find = KademliaMessage.findNode(request: 0x0102_0304, target: NodeKey(bytes: target), count: 20, skip: 5)
        #expect(find.encode().array == [1, 1, 2, 3, 4, 20, 5] + [UInt8](repeating: 7, count: 32))
        let nodes = KademliaMessage.nodes(request: 5, records: [[9, 9], [8]], hasMore: true)
        #expect(nodes.encode().array == [2, 0, 0, 0, 5, 1, 2, 0, 2, 9, 9, 0, 1, 8])
        #expect(KademliaMessage.contact(record: [1, 2]).encode().array == [3, 1, 2])
    }

    @Test func messagesAboutAdvertisementsHaveTheDocumentedBytes() throws {
        let sevens = [UInt8](repeating: 7, count: 32)
        let eights = [UInt8](repeating: 8, count: 32)
        let topic = NodeKey(bytes: try #require(Bytes32(sevens)))
        let ticket = Ticket(bytes: try #require(Bytes32(eights)))
        #expect(KademliaMessage.askTicket(request: 1, topic: topic).encode().array == [4, 0, 0, 0, 1] + sevens)
        let register = KademliaMessage.register(request: 1, topic: topic, ticket: ticket, advertisement: [9])
        #expect(register.encode().array == [5, 0, 0, 0, 1] + sevens + eights + [9])
        let waiting = KademliaMessage.registration(request: 1, .waiting(.seconds(1), ticket))
        #expect(waiting.encode().array == [6, 0, 0, 0, 1, 0, 0, 0, 3, 0xe8] + eights)
        let none = [UInt8](repeating: 0, count: 32)
        let registered = KademliaMessage.registration(request: 1, .registered(.milliseconds(1)))
        #expect(registered.encode().array == [6, 0, 0, 0, 1, 1, 0, 0, 0, 1] + none)
        let refused = KademliaMessage.registration(request: 1, .refused)
        #expect(refused.encode().array == [6, 0, 0, 0, 1, 2, 0, 0, 0, 0] + none)
        let find = KademliaMessage.findAdvertisements(request: 1, topic: topic, count: 8, skip: 2)
        #expect(find.encode().array == [7, 0, 0, 0, 1, 8, 2] + sevens)
        let found = KademliaMessage.advertisements(request: 1, [[5], [6, 6]], hasMore: true)
        #expect(found.encode().array == [8, 0, 0, 0, 1, 1, 2, 0, 1, 5, 0, 2, 6, 6])
    }

    @Test func messagesAboutDialBacksHaveTheDocumentedBytes() throws {
        let sevens = [UInt8](repeating: 7, count: 16)
        let ask = KademliaMessage.askDialBack(request: 1, port: 0x1389, nonce: try #require(DialBackNonce(sevens)))
        #expect(ask.encode().array == [9, 0, 0, 0, 1, 0x13, 0x89] + sevens)
        let sent = KademliaMessage.dialBack(request: 1, DialBackAnswer(isSent: true, seen: Self.seen[0]))
        let zeros = [UInt8](repeating: 0, count: 10)
        #expect(sent.encode().array == [10, 0, 0, 0, 1, 1] + zeros + [0xff, 0xff, 0xc0, 0, 2, 1, 0x0f, 0xa1])
        let declined = KademliaMessage.dialBack(request: 1, DialBackAnswer(isSent: false, seen: Self.seen[1]))
        let address: [UInt8] = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
        #expect(declined.encode().array == [10, 0, 0, 0, 1, 0] + address + [0x0f, 0xa2])
        var flag = sent.encode().array
        flag[5] = 2
        #expect(decode(flag) == .failure(.badFlag(2)))
        #expect(DialBackNonce(Array(sevens.dropLast())) == nil && DialBackNonce(sevens + [7]) == nil)
    }

    @Test(arguments: 1...30) func survivesTheRoundTrip(seed: UInt64) {
        print("seed \(seed)")
        var random = RandomSource(seed: seed)
        for message in samples(&random) {
            let bytes = message.encode().array
            #expect(bytes.count <= KademliaMessage.maximumLength)
            #expect(decode(bytes) == .success(message))
        }
    }

    @Test func refusesEveryCutAndEveryAddition() {
        var random = RandomSource(seed: 31)
        for message in samples(&random) {
            let bytes = message.encode().array
            // What reaches to a message's end may end anywhere.
            var isContact = false
            if case .contact = message { isContact = true }
            if case .register = message { continue }
            let step = max(1, bytes.count / 200)
            for length in stride(from: 0, to: bytes.count, by: step) where !isContact || length == 0 {
                #expect(throws: KademliaMessage.Refusal.self) { try decode(Array(bytes.prefix(length))).get() }
            }
            if !isContact { #expect(decode(bytes + [0]) == .failure(.malformed(.trailingBytes))) }
        }
    }

    @Test func boundsItsSizes() {
        let target = [UInt8](repeating: 7, count: 32)
        #expect(decode([1, 0, 0, 0, 0, 21, 0] + target) == .failure(.tooManyRecords(21)))
        #expect(decode([1, 0, 0, 0, 0, 20, 21] + target) == .failure(.tooManyRecords(21)))
        #expect(decode([2, 0, 0, 0, 0, 2, 0]) == .failure(.badFlag(2)))
        #expect(decode([2, 0, 0, 0, 0, 0, 21]) == .failure(.tooManyRecords(21)))
        #expect(decode([2, 0, 0, 0, 0, 0, 1, 0, 0]) == .failure(.badRecordLength(0)))
        #expect(decode([2, 0, 0, 0, 0, 0, 1, 0xff, 0xff]) == .failure(.badRecordLength(0xffff)))
        #expect(decode([3]) == .failure(.badRecordLength(0)))
        #expect(decode([3] + [UInt8](repeating: 1, count: 513)) == .failure(.badRecordLength(513)))
        #expect(decode([7, 0, 0, 0, 0, 21, 0] + target) == .failure(.tooManyRecords(21)))
        #expect(decode([8, 0, 0, 0, 0, 0, 1, 0x20, 1]) == .failure(.badRecordLength(8_193)))
        #expect(decode([5, 0, 0, 0, 0] + target + target) == .failure(.badRecordLength(0)))
        #expect(decode([5, 0, 0, 0, 0] + target + target.dropLast()) == .failure(.malformed(.truncated)))
        let long = [UInt8](repeating: 1, count: 8_193)
        #expect(decode([5, 0, 0, 0, 0] + target + target + long) == .failure(.badRecordLength(8_193)))
        #expect(decode([6, 0, 0, 0, 0, 3, 0, 0, 0, 0] + target) == .failure(.badFlag(3)))
        #expect(decode([0, 1]) == .failure(.unknownKind(0)))
        #expect(decode([UInt8](repeating: 2, count: 16_385)) == .failure(.tooLong(16_385)))
    }

    @Test func survivesGarbage() {
        let seed: UInt64 = 32
        print("seed \(seed)")
        var random = RandomSource(seed: seed)
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = random.bytes(random.below(80))
            if !bytes.isEmpty { bytes[0] = UInt8(random.below(10)) }
            if case .success(let message) = decode(bytes) {
                accepted += 1
                #expect(message.encode().array == bytes)
            }
        }
        print("\(accepted) of 20000 garbage messages had a valid form")
    }
}
