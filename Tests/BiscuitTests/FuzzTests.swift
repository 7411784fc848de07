import Foundation
import Testing

@testable import Biscuit

/// Mutated inputs: every one must be refused or evaluated within the limits, and none may crash.
///
/// `SAM_FUZZ_SECONDS` runs each test for so long instead of a fixed number of rounds, `SAM_FUZZ_SEED` chooses another
/// beginning.
struct FuzzTests {
    private static func setting(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
    }

    private static let limits = RunLimits(
        maxFacts: 200, maxIterations: 20, maxSteps: 20_000, maxCreatedBytes: 20_000, maxRegexInstructions: 500)

    /// Runs `body` for a number of rounds, or for the time that was asked for.
    private func rounds(_ name: String, _ count: Int, _ body: (inout SeededGenerator) throws -> Bool) rethrows {
        let first = Self.setting("SAM_FUZZ_SEED") ?? 1
        let deadline = Self.setting("SAM_FUZZ_SECONDS").map { Date().addingTimeInterval(TimeInterval($0)) }
        var round: UInt64 = 0
        var accepted = 0
        while deadline.map({ Date() < $0 }) ?? (round < UInt64(count)) {
            var generator = SeededGenerator(seed: first &+ round)
            if try body(&generator) { accepted += 1 }
            round += 1
        }
        print("fuzz \(name): first seed \(first), \(round) rounds, \(accepted) accepted")
        #expect(accepted < Int(round), "every mutation was accepted")
    }

    // MARK: - Corpus

    /// Tokens to start from: random ones of our own, and the test vectors where they are.
    private static let tokens: [[UInt8]] = {
        var corpus: [[UInt8]] = []
        for seed in 1...20 as ClosedRange<UInt64> {
            var datalog = RandomDatalog(generator: SeededGenerator(seed: seed))
            guard let root = try? KeyPair(seed: [UInt8](repeating: 7, count: 32)),
                let block = try? BlockBuilder(datalog.block()), let more = try? BlockBuilder(datalog.block()),
                let next = try? KeyPair(seed: [UInt8](repeating: 8, count: 32)),
                let last = try? KeyPair(seed: [UInt8](repeating: 9, count: 32)),
                let token = try? Token.mint(root: root, authority: block, nextKey: next),
                let longer = try? token.append(more, nextKey: last)
            else { continue }
            corpus += [token.bytes, longer.bytes]
        }
        guard Conformance.exists("generated"), let file = try? Conformance.json("generated/tokens.json") else {
            return corpus
        }
        return corpus + file["cases"].array.compactMap { $0["token_hex"].hex }
    }()

    private static let payloads: [[UInt8]] = tokens.flatMap { bytes in
        (try? Token.parse(bytes))?.blocks.map(\.payload) ?? []
    }

    private static let sources: [String] = {
        var corpus: [String] = []
        for seed in 1...40 as ClosedRange<UInt64> {
            var datalog = RandomDatalog(generator: SeededGenerator(seed: seed))
            corpus += [datalog.block(), datalog.authorizer()]
        }
        guard Conformance.exists("generated"), let file = try? Conformance.json("generated/parse_block.json") else {
            return corpus
        }
        return corpus + file["cases"].array.compactMap { $0["source"].string }
    }()

    private func mutate(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<1 + generator.below(4) {
            let position = generator.below(bytes.count + 1)
            let end = min(bytes.count, position + 1 + generator.below(12))
            switch generator.below(6) {
            case 0 where position < bytes.count: bytes[position] ^= 1 << UInt8(generator.below(8))
            case 1: bytes.removeSubrange(position..<end)
            case 2: bytes.insert(contentsOf: bytes[position..<end], at: generator.below(bytes.count + 1))
            case 3: bytes.insert(contentsOf: generator.bytes(1 + generator.below(4)), at: position)
            case 4 where position < bytes.count: bytes[position] = UInt8(truncatingIfNeeded: generator.next())
            default: bytes.removeSubrange(position...)
            }
        }
        return bytes
    }

    // MARK: - Targets

    @Test func tokensFromOutside() throws {
        let root = try KeyPair(seed: [UInt8](repeating: 7, count: 32)).publicKey
        rounds("tokens", 3_000) { generator in
            let bytes = mutate(generator.pick(Self.tokens), &generator)
            _ = try? ThirdPartyRequest.parse(bytes)
            _ = try? ThirdPartyBlock.parse(bytes)
            guard let token = try? Token.parse(bytes) else { return false }
            #expect(token.bytes == bytes)
            for index in 0..<token.blockCount { _ = try? token.blockSource(index) }
            return (try? token.verify(root: root)) != nil
        }
    }

    /// Blocks that are signed, so that what is inside them is reached.
    @Test func signedBlocks() throws {
        let root = try KeyPair(seed: [UInt8](repeating: 7, count: 32))
        try rounds("signed blocks", 2_000) { generator in
            let payload = mutate(generator.pick(Self.payloads), &generator)
            let signed = try SignedBlock(
                payload: payload, external: nil, previousSignature: nil, version: 1, signedBy: root,
                nextKey: root.publicKey)
            let token = Token(
                bytes: [], rootKeyID: nil, blocks: [signed], proof: .secret(root.privateKey), limits: .default)
            guard let verified = try? token.verify(root: root.publicKey) else { return false }
            authorize(verified, generator.pick(Self.sources))
            return true
        }
    }

    /// Evaluation either decides or reports an error, and what it knows can be saved and loaded.
    private func authorize(_ token: VerifiedToken?, _ source: String) {
        var builder = (try? AuthorizerBuilder(source)) ?? AuthorizerBuilder()
        builder.limits = Self.limits
        guard let authorizer = try? builder.build(), let evaluation = try? authorizer.bind(token).evaluate() else {
            return
        }
        let facts = evaluation.world.facts.reduce(0) { $0 + $1.facts.count }
        #expect(facts <= Self.limits.maxFacts)
        _ = try? evaluation.authorize()
        _ = try? Evaluation(snapshot: evaluation.snapshot, limits: Self.limits)
    }

    @Test func sources() {
        rounds("sources", 3_000) { generator in
            let bytes = mutate(Array(generator.pick(Self.sources).utf8), &generator)
            let source = String(decoding: bytes, as: UTF8.self)
            authorize(nil, source)
            guard let block = try? BlockBuilder(source) else { return false }
            expectPrintsAndParsesAgain(block)
            return true
        }
    }

    private func expectPrintsAndParsesAgain(_ block: BlockBuilder) {
        let printed = block.source
        let again = try? BlockBuilder(printed)
        #expect(again == block, "printed: \(printed)")
    }

    @Test func snapshots() throws {
        let evaluation = try AuthorizerBuilder("f(1); g($x) <- f($x); check if g(1); allow if true;").build()
            .bind(nil).evaluate()
        rounds("snapshots", 2_000) { generator in
            let bytes = mutate(evaluation.snapshot, &generator)
            guard let loaded = try? Evaluation(snapshot: bytes, limits: Self.limits) else { return false }
            _ = try? loaded.authorize()
            return true
        }
    }

    @Test func garbage() {
        rounds("garbage", 2_000) { generator in
            let length = generator.below(200)
            let bytes = generator.bytes(length)
            _ = try? Evaluation(snapshot: bytes, limits: Self.limits)
            _ = try? BlockDecoder(maxNesting: 8).block(bytes)
            _ = try? Token.parse(text: String(decoding: bytes, as: UTF8.self))
            return (try? Token.parse(bytes)) != nil
        }
    }
}
