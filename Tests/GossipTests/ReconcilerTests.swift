import Overlay
import Testing

@testable import Gossip

/// The algorithm by itself, without catalogs.
@Suite struct ReconcilerTests {
    // MARK: Sets

    /// What two sides have. Few timestamps and alike ids make bounds that need long prefixes.
    struct Sides {
        var beginner: [ReconciliationItem] = []
        var answerer: [ReconciliationItem] = []

        init(_ random: inout RandomSource, most: Int) {
            let count = random.below(4) == 0 ? random.below(40) : random.below(most)
            let span = [1, 3, count / 10 + 1, count * 5 + 1][random.below(4)]
            let start: UInt64 = [0, 1_677_970_534, 1 << 63][random.below(3)]
            let (lacking, needing) = ([0, 2, 20, 100][random.below(4)], [0, 2, 20, 50][random.below(4)])
            for number in 0..<count {
                var id = random.bytes(32)
                if random.below(5) == 0 { for place in 0..<random.below(30) { id[place] = 0 } }
                // No id twice, or a difference would be one of items and none of ids.
                (id[30], id[31]) = (UInt8(number / 256), UInt8(number % 256))
                guard let id = Bytes32(id) else { continue }
                let item = ReconciliationItem(timestamp: start + UInt64(random.below(span)), id: id)
                let draw = random.below(100)
                if draw >= lacking { answerer.append(item) }
                if draw < 100 - needing { beginner.append(item) }
            }
        }

        var have: Set<Bytes32> { Set(beginner.map(\.id)).subtracting(answerer.map(\.id)) }
        var need: Set<Bytes32> { Set(answerer.map(\.id)).subtracting(beginner.map(\.id)) }
    }

    static func ids(_ count: Int) -> [ReconciliationItem] {
        (0..<count).map { number in
            ReconciliationItem(timestamp: UInt64(1_000 + number / 2), id: SHA256.hash(Array("item \(number)".utf8)))
        }
    }

    static func plain(_ items: [ReconciliationItem], limit: Int?) -> PlainReconciler {
        PlainReconciler(items.map { ($0.timestamp, $0.id.array) }, limit: limit)
    }

    // MARK: Bytes

    /// Messages of another implementation, about 40 items: SHA-256 of `item 0`, `item 1` and so on, two per second.
    @Test func messagesAreThoseOfOtherImplementations() throws {
        let all = Reconciler(ItemVector(Self.ids(40)))
        let opening = try Hexadecimal.decode(
            "61876a01b30145a2895c8997e089756055fd6899ea2f030001af7d26ad6177d9162075575f06bfc03702014901e9f5d87c64c17"
                + "8207c9acf13d3dca79a030001b756568c210fcdf1e66e9c98c5e4e26c0201f201c225b7fe54ecfa6ef394b6d5982ce1b5030"
                + "001910f77b653b7c016f676a91a3d034e3c0201bb01913f7cb51622913753d725224f363a2803000129f47f551da7f1ce501"
                + "4e1b263cf713402000162c1ac2bf9ff55cc951fd0c02117ad6a02000125d7307a3d149639650896748caacdb6020001caf8d"
                + "2d739148d2e3652b5a07b05f5db020001fefa3ed7693076fc17e6a83b2e0c1ca30200018a95f946bf24351ade680b9c91750"
                + "59c020001dee27e8bb1bbfab4f1df110489d767e60200014d6513f881396a7a91a6e59fa14823110000016d09aaad87130fc"
                + "5999a5ab24df330b8")
        #expect(all.opening() == opening)
        let latter = Reconciler(ItemVector(Array(Self.ids(40)[3...])))
        #expect(Hexadecimal.encode(try latter.answer(opening)) == "61876a01b30200")
        let nothing = Reconciler(ItemVector([]))
        let question = [0x61, 0, 0, 1] + Array(repeating: UInt8(0), count: 16)
        #expect(try nothing.answer(question) == [0x61, 0, 0, 2, 0])
        #expect(try all.answer(question) == opening)
        let fingerprint = "7f9c9e31ac8256ca2f258583df262dbc"
        #expect(Hexadecimal.encode(nothing.shortOpening()) == "61000001" + fingerprint)
        #expect(try nothing.answer(nothing.shortOpening()) == [0x61])
    }

    @Test func versionsAreNegotiated() throws {
        let item = ReconciliationItem(timestamp: 12_345, id: SHA256.hash([UInt8]([1])))
        let reconciler = Reconciler(ItemVector([item]))
        #expect(try reconciler.answer([0x62, 0xAA, 0xBB]) == [0x61])
        #expect(try reconciler.answer([0x61, 0, 0, 2, 0]) == [0x61, 0, 0, 2, 1] + item.id.array)
        #expect(throws: MalformedRanges.version(0x62)) { try reconciler.conclude([0x62]) }
        #expect(throws: MalformedRanges.version(0x70)) { try reconciler.answer([0x70]) }
        #expect(throws: MalformedRanges.truncated) { try reconciler.answer([]) }
        #expect(try reconciler.conclude([0x61]) == Reconciler.Conclusion())
    }

    @Test func numbersAreThoseOfTheSpecification() throws {
        let examples: [(UInt64, String)] = [
            (0, "00"), (1, "01"), (127, "7f"), (128, "8100"), (300, "822c"), (16_383, "ff7f"), (16_384, "818000"),
            (.max, "81ffffffffffffffff7f"),
        ]
        for (value, hex) in examples {
            var writer = RangeWriter()
            writer.varint(value)
            #expect(Hexadecimal.encode(writer.bytes) == hex)
        }
    }

    @Test func boundsAreAsShortAsTheyCanBe() {
        func item(_ timestamp: UInt64, _ first: UInt64) -> ReconciliationItem {
            ReconciliationItem(timestamp: timestamp, id: Bytes32(bigEndian: (first, 1, 2, 3)))
        }
        #expect(RangeBound(between: item(5, 1), and: item(6, 0)) == RangeBound(timestamp: 6))
        let bound = RangeBound(between: item(5, 0xAABB_0000_0000_0000), and: item(5, 0xAABC_0000_0000_0001))
        #expect(bound.prefix == [0xAA, 0xBC])
        #expect(bound.point > item(5, 0xAABB_FFFF_FFFF_FFFF) && bound.point <= item(5, 0xAABC_0000_0000_0000))
        let low = ReconciliationItem(timestamp: 5, id: Bytes32(bigEndian: (1, 1, 2, 3)))
        let high = ReconciliationItem(timestamp: 5, id: Bytes32(bigEndian: (1, 1, 2, 4)))
        #expect(RangeBound(between: low, and: high) == RangeBound(before: high))
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func fingerprintsOfRangesAreThoseOfTheirItems(seed: UInt64) {
        print("fingerprint seed \(seed)")
        var random = RandomSource(seed: seed)
        let items = (0..<300).map { number in
            let id = random.below(3) == 0 ? Array(repeating: 0xFF, count: 32) : random.bytes(32)
            return ReconciliationItem(timestamp: UInt64(number), id: Bytes32(id) ?? .zero)
        }
        let vector = ItemVector(items)
        let plain = Self.plain(items, limit: nil)
        for _ in 0..<60 {
            let start = random.below(301)
            let end = start + random.below(301 - start)
            var writer = RangeWriter()
            writer.fingerprint(vector.fingerprint(of: start..<end), below: .infinity)
            #expect(Array(writer.bytes.suffix(16)) == plain.fingerprint(Array(plain.items[start..<end])))
        }
    }

    @Test func itemsAreSortedAndKeptOnce() {
        let some = Self.ids(70)
        let endless = ReconciliationItem(timestamp: .max, id: .zero)
        #expect(ItemVector(some.reversed() + some + [endless]).items == some.sorted())
    }

    // MARK: Conversations

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func bothImplementationsSayTheSame(seed: UInt64) throws {
        print("conversation seed \(seed)")
        var random = RandomSource(seed: seed)
        let sides = Sides(&random, most: 500)
        let limits = [Int?.none, nil, 4_096, 5_000]
        let (first, second) = (limits[random.below(4)], limits[random.below(4)])
        let beginner = Reconciler(ItemVector(sides.beginner), frameLimit: first)
        let answerer = Reconciler(ItemVector(sides.answerer), frameLimit: second)
        let plainBeginner = Self.plain(sides.beginner, limit: first)
        let plainAnswerer = Self.plain(sides.answerer, limit: second)
        #expect(beginner.opening() == plainBeginner.opening())
        var message: [UInt8]? = beginner.opening()
        var rounds = 0
        while let question = message {
            let answer = try answerer.answer(question)
            try #require(answer == plainAnswerer.take(question, isBeginner: false).message)
            let conclusion = try beginner.conclude(answer)
            let plain = plainBeginner.take(answer, isBeginner: true)
            try #require(conclusion.next ?? [0x61] == plain.message)
            #expect(Set(conclusion.have.map(\.array)) == plain.have)
            #expect(Set(conclusion.need.map(\.array)) == plain.need)
            message = conclusion.next
            rounds += 1
            try #require(rounds < 100)
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func everyConversationFindsExactlyTheDifferences(seed: UInt64) throws {
        print("difference seed \(seed)")
        var random = RandomSource(seed: seed)
        let sides = Sides(&random, most: 3_000)
        let limits = [Int?.none, 4_096, 6_000, 60_000]
        let (first, second) = (limits[random.below(4)], limits[random.below(4)])
        let beginner = Reconciler(ItemVector(sides.beginner), frameLimit: first)
        let answerer = Reconciler(ItemVector(sides.answerer), frameLimit: second)
        var message: [UInt8]? = random.below(2) == 0 ? beginner.opening() : beginner.shortOpening()
        var (have, need): (Set<Bytes32>, Set<Bytes32>) = ([], [])
        var rounds = 0
        while let question = message {
            #expect(question.count <= first ?? .max)
            let answer = try answerer.answer(question)
            #expect(answer.count <= second ?? .max)
            let conclusion = try beginner.conclude(answer)
            if first == nil && second == nil {
                #expect(have.isDisjoint(with: conclusion.have) && need.isDisjoint(with: conclusion.need))
            }
            have.formUnion(conclusion.have)
            need.formUnion(conclusion.need)
            message = conclusion.next
            rounds += 1
            try #require(rounds < 200)
        }
        let areExact = (have == sides.have, need == sides.need)
        #expect(areExact == (true, true))
    }

    @Test func whatIsAboveTheBoundIsNotTalkedOf() throws {
        let items = Self.ids(400)
        let bound = RangeBound(timestamp: 1_100)
        let below = items.filter { $0.timestamp < 1_100 }
        let beginner = Reconciler(ItemVector(items))
        #expect(try Reconciler(ItemVector(below)).answer(beginner.shortOpening(below: bound)) == [0x61])
        var need: [Bytes32] = []
        var message: [UInt8]? = Reconciler(ItemVector(Array(items[..<90]))).shortOpening(below: bound)
        while let question = message {
            let conclusion = try Reconciler(ItemVector(Array(items[..<90]))).conclude(try beginner.answer(question))
            need += conclusion.need
            message = conclusion.next
        }
        #expect(Set(need) == Set(below[90...].map(\.id)))
    }

    // MARK: Costs

    /// The bytes and round trips of one conversation; what is lacking is checked too.
    static func cost(_ beginner: [ReconciliationItem], _ answerer: [ReconciliationItem]) throws -> (Int, Int) {
        let one = Reconciler(ItemVector(beginner), frameLimit: GossipSettings.rangesLength)
        let other = Reconciler(ItemVector(answerer), frameLimit: GossipSettings.rangesLength)
        var message: [UInt8]? = one.shortOpening()
        var (bytes, rounds) = (0, 0)
        var found: Set<Bytes32> = []
        while let question = message {
            let answer = try other.answer(question)
            let conclusion = try one.conclude(answer)
            bytes += question.count + answer.count
            rounds += 1
            found.formUnion(conclusion.have + conclusion.need)
            message = conclusion.next
        }
        #expect(found == Set(beginner.map(\.id)).symmetricDifference(answerer.map(\.id)))
        return (bytes, rounds)
    }

    @Test func largeSetsCostWhatTheirDifferencesCost() throws {
        var random = RandomSource(seed: 7)
        let items = (0..<100_000).map { number in
            ReconciliationItem(
                timestamp: UInt64(1_800_000_000_000 + number * 18), id: SHA256.hash(random.bytes(16)))
        }
        let equal = try Self.cost(items, items)
        let newest = try Self.cost(items, Array(items[..<99_000]))
        let needed = try Self.cost(Array(items[..<99_000]), items)
        let halves = (0...1).map { side in
            items.indices.filter { $0 < 99_000 || $0 % 2 == side }.map { items[$0] }
        }
        let each = try Self.cost(halves[0], halves[1])
        print("100,000 equal: \(equal); 1,000 newest: \(newest) and \(needed); each lacks 500 of them: \(each)")
        #expect(equal == (21, 1))
        #expect(newest.0 <= 60_000 && newest.1 <= 6)
        #expect(needed.0 <= 60_000 && needed.1 <= 6)
        #expect(each.0 <= 60_000 && each.1 <= 6)
    }

    // MARK: Hostile input

    /// A message with every kind of part.
    static let message: [UInt8] = {
        var writer = RangeWriter()
        writer.byte(0x61)
        let items = ids(40).sorted()
        writer.fingerprint(RangeFingerprint(high: 1, low: 2), below: RangeBound(before: items[3]))
        writer.skip(below: RangeBound(between: items[4], and: items[5]))
        writer.idList(items[5..<9], below: RangeBound(timestamp: 1_006))
        writer.fingerprint(RangeFingerprint(high: 3, low: 4), below: .infinity)
        return writer.bytes
    }()

    @Test func truncatedMessagesAreRefused() throws {
        let reconciler = Reconciler(ItemVector(Self.ids(40)))
        var wholes = 0
        for length in 0..<Self.message.count {
            do throws(MalformedRanges) {
                _ = try reconciler.answer(Array(Self.message[..<length]))
                wholes += 1
            } catch {
                #expect(error == .truncated, "\(length) bytes")
            }
            _ = try? reconciler.conclude(Array(Self.message[..<length]))
        }
        #expect(wholes == 4, "a message may end behind any part")
        #expect(try reconciler.answer(Self.message).count > 1)
    }

    @Test func faultsAreToldApart() {
        let reconciler = Reconciler(ItemVector(Self.ids(40)))
        func fault(_ bytes: [UInt8]) -> MalformedRanges? {
            do throws(MalformedRanges) {
                _ = try reconciler.answer([0x61] + bytes)
                return nil
            } catch {
                return error
            }
        }
        #expect(fault([0x80, 0x01]) == .number)
        #expect(fault(Array(repeating: 0xFF, count: 9) + [0x7F]) == .number)
        #expect(fault([0, 33]) == .prefixLength(33))
        #expect(fault([0, 0, 3]) == .mode(3))
        #expect(fault([0, 0, 2, 0xFF, 0x7F]) == .truncated)
        #expect(fault([9, 1, 5, 0, 1, 1, 4, 0]) == .descending)
        #expect(fault([0, 0, 0, 1, 0, 0]) == nil, "behind infinity there is nothing but infinity")
        #expect(fault([0, 0, 0, 1, 1, 5, 0]) == nil)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func noiseIsRefusedOrAnsweredWithinTheLimit(seed: UInt64) {
        print("ranges noise seed \(seed)")
        var random = RandomSource(seed: seed)
        let reconciler = Reconciler(ItemVector(Self.ids(random.below(300))), frameLimit: 4_096)
        for round in 0..<200 {
            var noise = Self.message
            if round % 2 == 0 {
                for _ in 0...random.below(3) { noise[random.below(noise.count)] = UInt8(random.below(256)) }
            } else {
                noise =
                    [0x61]
                    + (0..<random.below(60)).map { _ in
                        UInt8(random.below(4) == 0 ? random.below(256) : random.below(4))
                    }
            }
            if let answer = try? reconciler.answer(noise) {
                #expect(answer.count <= 4_096)
                #expect(throws: Never.self) { try reconciler.conclude(answer) }
            }
            if let next = try? reconciler.conclude(noise).next { #expect(next.count <= 4_096) }
        }
    }

    @Test func saltedIdsDifferFromSessionToSession() {
        let digest = SHA256.hash([UInt8]([7]))
        #expect(ItemSalt(0).id(of: digest) == digest)
        #expect(ItemSalt(1).id(of: digest) == SHA256.hash([0, 0, 0, 1] + digest.array))
        #expect(ItemSalt(1).id(of: digest) != ItemSalt(2).id(of: digest))
    }
}
