import Foundation
import Overlay
import Testing

@testable import Gossip

/// Entries between neighbours that know a dictionary.
@Suite struct CompactEntryTests {
    private let alice = identity(1)
    private let bob = identity(2)
    private let carol = identity(3)
    private static let host = identity(9)

    /// As a node with a proxy or a model server announces itself.
    static func typical() throws -> CatalogEntry {
        let service = try ServiceOffer(
            name: name("inference:ollama"), summary: "Small models on a workstation",
            models: ["gemma3:12b", "llama3.1:8b", "nomic-embed-text:latest", "qwen2.5-coder:7b"],
            limits: ServiceLimits(contextLength: 131_072, outputTokens: nil, concurrency: 4))
        let contents = try EntryContents(
            services: [service], labels: #require(LabelSet(parsing: "region=eu-west-1")),
            relays: [identity(7).peerID, identity(8).peerID], tokenDigest: TokenDigest(token: [1]))
        return entry(by: host, sequence: moment(0).wall.milliseconds, contents: contents)
    }

    static func compact(_ entry: CatalogEntry) throws -> [UInt8] {
        try #require(EntryDictionary.first.deflate(entry.bytes, of: testMesh))
    }

    // MARK: The dictionary

    /// A change here is a new dictionary, with a number of its own: nodes of this version have these bytes.
    @Test func theFirstDictionaryNeverChanges() {
        let bytes = EntryDictionary.first.fixedBytes
        #expect(bytes.count == 3_842)
        #expect("\(SHA256.hash(bytes))" == "3ae867d2562560e5e07b977a0a906ef2ee00572f3e774c2be69298e1e92db87d")
        #expect(EntryDictionary.first.bytes(of: testMesh) == bytes + [1, 1] + testMesh.bytes.array)
    }

    /// Other implementations have it from there.
    @Test func thePublishedDictionaryIsTheSame() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../docs/entry-dictionary-1.hex").standardized
        let text = try String(contentsOf: file, encoding: .utf8).filter { !$0.isWhitespace }
        #expect(text == Hexadecimal.encode(EntryDictionary.first.fixedBytes))
    }

    /// As docs/protocol.md shows it; made with Python's zlib and the published dictionary.
    @Test func thePublishedFormIsRead() throws {
        let entry = try Hexadecimal.decode(
            """
            0101350a78c064d9026330f108e5d034a7b7ce9dbc2144871b6fbb6f011726c08d565bdfedfbdb02858c12dc950ba20c
            937213b386dad07d0cb13102467b842d84fc000001a206880828000001a20688082800000e100133df2be481cdf1bf07
            b96ef02da1cee0fbb9f34a5b29d17a87f482edcf95716001f34df40ce5ab9804f68cce9da248d00c78ad20fdeae75456
            de0fffb7ded275550001020464656d6f0e5468652064656d6f206d6f64656c0000000000000000000000000000010873
            616d2d64656d6f44db9afa4da5318a27601f15cf454ec9eb8febd1c4f1edf7c8fefc0cc3409702b9a445ad55ebb75c7b
            12f59480747b861041e6be1b66f8ce201ca1b741cc1e03
            """.filter { !$0.isWhitespace })
        let compact = try Hexadecimal.decode(
            """
            78f9f94a18ad23ac22fafedbdfb7995a7b84ee4ce55ec433b9487873dbad0bb53c1b0d99dcaa5b745bfe00ed5ac4d6c1
            a181a081161bdfd77ed278f6e37ef69d791f74179e7bf07be767af68cd8b55ed5f9ade9e9f5a98c0f8d9f70bcfd3d533
            58bef59c9bbbc8e3024fc55a85bfaf9e8784dde3ffbffddea5d2505060a5004b1abe10506d0964406a36344f721427e6
            ea82645d6ecffae5bbd4b04b3d415ef4bcabdfc9d7fdaf2f1ef9f8f6fb897f7f780e3b4c67dab9c4756de8ebed31d542
            5fa7349454b709383edb279df6e39c82ccc2ed8e67e4980192f07364
            """.filter { !$0.isWhitespace })
        let mesh = MeshID(bytes: try #require(Bytes32(Array(entry[2..<34]))))
        #expect(try decode(entry).hasValidSignature)
        #expect(try EntryDictionary.first.inflate(compact, of: mesh, limit: 16_384) == entry)
        #expect(try #require(EntryDictionary.first.deflate(entry, of: mesh)).count < entry.count)
    }

    @Test func aTypicalEntryShrinks() throws {
        let entry = try Self.typical()
        let compact = try Self.compact(entry)
        print("typical entry: \(entry.bytes.count) bytes, compact \(compact.count)")
        #expect(compact.count * 10 < entry.bytes.count * 7)
        let end = tombstone(by: Self.host, sequence: 3)
        print("tombstone: \(end.bytes.count) bytes, compact \(try Self.compact(end).count)")
    }

    @Test func whatDoesNotShrinkStaysAsItIs() throws {
        var random = RandomSource(seed: 3)
        let noise = random.bytes(400)
        #expect(EntryDictionary.first.deflate(noise, of: testMesh) == nil)
        for length in 0..<4 { #expect(EntryDictionary.first.deflate(Array(noise[..<length]), of: testMesh) == nil) }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func everyEntryComesBack(seed: UInt64) throws {
        print("compact seed \(seed)")
        var random = RandomSource(seed: seed)
        for number in 0..<20 as Range<UInt64> {
            let models = (0..<random.below(200)).map { "maker-\(random.below(9))/model-\($0)-\(random.below(1_000))b" }
            let entry = entry(
                by: identity(number), sequence: random.next() >> 1, issued: moment(random.next() >> 40),
                contents: random.below(8) == 0 ? nil : try contents(models.isEmpty ? ["m"] : models))
            guard let compact = EntryDictionary.first.deflate(entry.bytes, of: testMesh) else { continue }
            #expect(compact.count < entry.bytes.count)
            #expect(try EntryDictionary.first.inflate(compact, of: testMesh, limit: entry.bytes.count) == entry.bytes)
            #expect(throws: CompactRefusal.tooLong) {
                try EntryDictionary.first.inflate(compact, of: testMesh, limit: entry.bytes.count - 1)
            }
            var damaged = compact
            damaged[random.below(damaged.count)] ^= UInt8(1 + random.below(255))
            let read = try? EntryDictionary.first.inflate(damaged, of: testMesh, limit: 16_384)
            // A few bits of the format say nothing of the entry.
            #expect(read == nil || read == entry.bytes, "the checksum tells")
        }
    }

    // MARK: Passing on

    @Test func whoKnowsTheDictionaryGetsCompactEntries() throws {
        var bench = Bench()
        bench.up(alice)
        bench.up(bob, with: GossipAbilities(dictionaries: [.first]))
        bench.up(carol, with: GossipAbilities(dictionaries: [.first]))
        bench.outbox = []
        let news = try Self.typical()
        bench.receive(.push([news.bytes]), from: alice)
        bench.wake()
        let outbox = bench.outbox
        for peer in [bob, carol] {
            bench.outbox = outbox
            let packed = bench.sent(to: peer).packed
            #expect(packed == [PackedEntry(dictionary: 1, bytes: try Self.compact(news))])
        }
        try bench.publish(["a"])
        let own = bench.outbox
        #expect(bench.sent(to: alice).pushed.count == 1, "an older node gets it as it is")
        bench.outbox = own
        #expect(bench.sent(to: bob).packed.first?.isCompact == true)
    }

    /// Every program deflates a little differently.
    @Test func aCompactFormIsPassedOnAsItCame() throws {
        var bench = Bench()
        bench.up(alice, with: GossipAbilities(dictionaries: [.first]))
        bench.up(bob, with: GossipAbilities(dictionaries: [.first]))
        bench.up(carol)
        bench.outbox = []
        let news = try Self.typical()
        let compact = try Self.compact(news)
        let longer = try #require(Self.withEmptyBlock(compact))
        bench.receive(.packedPush([PackedEntry(dictionary: 1, bytes: longer)]), from: alice)
        bench.wake()
        let outbox = bench.outbox
        #expect(bench.sent(to: bob).packed == [PackedEntry(dictionary: 1, bytes: longer)])
        bench.outbox = outbox
        #expect(bench.sent(to: carol).pushed == [news.bytes])
        #expect(bench.mesh.catalog[Self.host.peerID]?.bytes == news.bytes)
        // As an answer, too.
        let summary = EntrySummary(of: news)
        bench.receive(.want(request: 5, [summary]), from: bob)
        let packed = PackedEntry(dictionary: 1, bytes: longer)
        #expect(bench.sent(to: bob) == [.packedSupply(request: 5, isLast: true, entries: [packed])])
        bench.receive(.graft([summary]), from: bob)
        #expect(bench.sent(to: bob) == [.packedPush([packed])])
        bench.receive(.want(request: 6, [summary]), from: carol)
        #expect(bench.sent(to: carol) == [.supply(request: 6, isLast: true, entries: [news.bytes])])
        bench.receive(.want(request: 7, []), from: bob)
        #expect(bench.sent(to: bob) == [.supply(request: 7, isLast: true, entries: [])])
    }

    /// The same entry behind an empty stored block: header, checksum of the dictionary, `00 00 00 FF FF`, the rest.
    private static func withEmptyBlock(_ compact: [UInt8]) -> [UInt8]? {
        guard compact.count > 6 else { return nil }
        return compact[..<6] + [0, 0, 0, 0xFF, 0xFF] + compact[6...]
    }

    @Test func aLinkToAnotherProgramIsANewStart() throws {
        var bench = Bench()
        bench.up(alice, with: GossipAbilities(dictionaries: [.first]))
        bench.outbox = []
        try bench.publish(["a"])
        #expect(!bench.sent(to: alice).packed.isEmpty)
        bench.mesh.neighbor(alice.peerID, has: GossipAbilities())
        try bench.publish(["b"])
        #expect(bench.sent(to: alice).pushed.count == 1)
        bench.mesh.neighbor(carol.peerID, has: GossipAbilities(dictionaries: [.first]))
        #expect(bench.mesh.neighborIDs == [alice.peerID], "nobody becomes a neighbour by it")
    }

    @Test func aNodeWithoutDictionariesIsAsOneOfBefore() throws {
        var settings = GossipSettings()
        settings.dictionaries = []
        var bench = Bench(settings: settings)
        bench.up(alice, with: GossipAbilities(dictionaries: [.first]))
        bench.outbox = []
        try bench.publish(["a"])
        #expect(bench.sent(to: alice).pushed.count == 1)
        bench.receive(.packedPush([PackedEntry(dictionary: 1, bytes: try Self.compact(Self.typical()))]), from: alice)
        #expect(bench.drops == [.entry(.unreadable(.unknownDictionary(1)))])
    }

    @Test func framesAreTheSameForAll() throws {
        let models = (0..<60).map { "openai/gpt-5-\($0)-" + String(repeating: "x", count: 200) }
        let entries = try (0..<12 as Range<UInt64>).map {
            entry(by: identity($0), contents: try contents(models)).deflated(with: .first)
        }
        let plain = GossipMessage.pushes(of: entries, readable: [])
        let packed = GossipMessage.pushes(of: entries, readable: [.first])
        #expect(plain.count > 1 && plain.map(\.kind) == packed.map { _ in .push })
        #expect(packed.allSatisfy { $0.kind == .packedPush })
        for message in packed {
            #expect(message.encode().readableBytes < GossipSettings.messageLength / 4)
            guard case .packedPush(let some) = message else { continue }
            let inflated = try some.map { try $0.unpacked(of: testMesh).count }.reduce(0, +)
            #expect(inflated <= GossipSettings.messageLength)
        }
        let supplies = GossipMessage.supplies(of: entries, request: 3, readable: [.first])
        let lasts = supplies.map { message -> Bool? in
            if case .packedSupply(3, let isLast, _) = message { isLast } else { nil }
        }
        #expect(lasts == supplies.indices.map { $0 == supplies.count - 1 })
    }

    // MARK: Hostile forms

    @Test func eachKindOfDamageIsCounted() throws {
        let compact = try Self.compact(Self.typical())
        var wrongChecksum = compact
        wrongChecksum[compact.count - 1] ^= 1
        var empty = compact
        for _ in 0..<80 { empty = Self.withEmptyBlock(empty) ?? empty }
        let bomb = try #require(
            Zlib.deflate(
                [UInt8](repeating: 0, count: 1 << 20), dictionary: EntryDictionary.first.bytes(of: testMesh),
                limit: 16_000))
        let foreign = try #require(
            EntryDictionary.first.deflate(Self.typical().bytes, of: MeshID(rootKey: alice.publicKey)))
        let hostile: [(UInt8, [UInt8], CompactRefusal, KeyPath<MeshCounts, UInt64>)] = [
            (1, Array(compact.dropLast()), .truncated, \.compactTruncated), (1, [], .truncated, \.compactTruncated),
            (1, wrongChecksum, .corrupt, \.compactCorrupt), (1, foreign, .corrupt, \.compactCorrupt),
            (1, Array("not of the format".utf8), .corrupt, \.compactCorrupt),
            (1, compact + [0], .trailingBytes, \.compactTrailing), (1, bomb, .tooLong, \.compactTooLong),
            (1, empty, .notShorter, \.compactNotShorter), (2, compact, .unknownDictionary(2), \.unknownDictionary),
            (255, compact, .unknownDictionary(255), \.unknownDictionary),
        ]
        var bench = Bench()
        bench.up(alice, with: GossipAbilities(dictionaries: [.first]))
        bench.up(bob)
        bench.outbox = []
        for (dictionary, bytes, refusal, count) in hostile {
            let before = bench.mesh.counts[keyPath: count]
            let bad = PackedEntry(dictionary: dictionary, bytes: bytes)
            let good = PackedEntry(dictionary: 1, bytes: compact)
            bench.receive(.packedPush([bad, good]), from: alice)
            #expect(bench.drops == [.entry(.unreadable(refusal))])
            #expect(bench.drops.allSatisfy { $0.provesMisbehavior })
            #expect(bench.mesh.counts[keyPath: count] == before + 1)
            bench.outbox = []
        }
        #expect(bench.mesh.counts.unreadable == UInt64(hostile.count))
        #expect(bench.mesh.catalog.recordCount == 0, "nothing behind it is looked at")
        bench.wake()
        #expect(bench.sent(to: bob).pushed.isEmpty)
    }

    /// A message of 4 kB would otherwise have a node inflate megabytes.
    @Test func aMessageHoldsNoMoreThanAPlainOne() throws {
        let zeros = [UInt8](repeating: 0, count: 16_384)
        let compact = try #require(EntryDictionary.first.deflate(zeros, of: testMesh))
        #expect(compact.count < 100)
        var bench = Bench()
        bench.up(alice)
        bench.outbox = []
        let packed = PackedEntry(dictionary: 1, bytes: compact)
        bench.receive(.packedPush(Array(repeating: packed, count: 512)), from: alice)
        let four = Array(repeating: DropReason.entry(.malformed), count: 4)
        #expect(bench.drops == four + [.entry(.unreadable(.tooLong))])
    }

    @Test func aForgeryIsOneInEitherForm() throws {
        let good = try Self.typical().bytes
        let forged = try #require(EntryDictionary.first.deflate(flipped(good, at: good.count - 1), of: testMesh))
        var bench = Bench()
        bench.up(alice)
        bench.outbox = []
        bench.receive(.packedPush([PackedEntry(dictionary: 1, bytes: forged)]), from: alice)
        #expect(bench.drops == [.entry(.forged)])
    }

    // MARK: Meshes

    /// Half of the nodes are of before: what goes through them is deflated again behind them.
    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func mixedMeshesConverge(seed: UInt64) {
        print("mixed seed \(seed)")
        var world = World(count: 16, seed: seed)
        for node in 0..<16 where node % 2 == 0 { world.abilities[node].dictionaries = [.first] }
        ConvergenceTests.graph(16, chords: 24, in: &world)
        world.run(.seconds(5))
        world.faults.lossPerMille = 100
        for node in 0..<16 { world.publish(node, ["model-\(node)"]) }
        world.run(.seconds(10))
        world.faults.lossPerMille = 0
        world.run(.minutes(4))
        ConvergenceTests.expectTruth(world, (0..<16).map { ["model-\($0)"] })
        ConvergenceTests.expectAllEqual(&world)
        ConvergenceTests.expectNothingForwardedTwice(world)
        for reason in world.drops.keys { #expect(!reason.provesMisbehavior, "honest nodes: \(reason)") }
        #expect(world.sent[.packedPush, default: 0] > 0 && world.sent[.push, default: 0] > 0)
    }

    @Test func aMeshThatKnowsTheDictionarySendsLess() {
        func bytes(_ dictionaries: [EntryDictionary]) -> Int {
            var world = World(count: 20, seed: 6)
            world.abilities = Array(repeating: GossipAbilities(dictionaries: dictionaries), count: 20)
            ConvergenceTests.graph(20, chords: 20, in: &world)
            world.run(.seconds(5))
            let before = world.bytes
            for node in 0..<20 { world.publish(node, ["model-\(node)"]) }
            world.run(.seconds(1))
            ConvergenceTests.expectTruth(world, (0..<20).map { ["model-\($0)"] })
            return world.bytes - before
        }
        let (plain, packed) = (bytes([]), bytes([.first]))
        print("twenty entries to twenty nodes: \(plain) bytes, packed \(packed)")
        #expect(packed < plain)
    }
}
