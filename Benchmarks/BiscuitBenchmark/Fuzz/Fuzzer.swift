import AllocationCounter
import Biscuit
import Foundation
import Measuring
import Mutations

/// Which part of the module an input is for.
enum FuzzTarget: String, CaseIterable {
    /// Source text of authorizers and blocks.
    case text
    /// Whole tokens.
    case token
    /// Blocks that are signed, so that what is inside them is reached.
    case block
    /// Snapshots, which nobody signs.
    case snapshot
}

/// Bounds on one input, far above what the limits of the module allow, and far below what would stop a node.
struct FuzzBounds {
    /// Processor time in nanoseconds. A million steps are some 10 ms; regular expressions and parsing come on top.
    var nanoseconds: UInt64 = 2_000_000_000
    /// Bytes that are allocated in the course of one input, all of which are freed again.
    var allocatedBytes: UInt64 = 1 << 30
    /// Bytes that the process may hold more at the end than after the first rounds.
    var residentGrowth = 128 << 20
}

/// Makes inputs, tries them and checks that each keeps to its limits.
struct Fuzzer {
    private let seed: UInt64
    private let corpus: FuzzCorpus
    private let bounds = FuzzBounds()
    private let limits = RunLimits.default
    private let root: KeyPair
    private let next: KeyPair
    private let bytes: Mutation
    private let text: Mutation
    private let message: MessageMutation
    private(set) var tally = FuzzTally()
    private var tried = 0
    private var residentStart: Int?

    /// Rounds after which memory should have settled.
    private static let warmUp = 20_000
    private static let residentStride = 4_096
    /// Characters of a violation that are shown; the round makes the whole input again.
    private static let longestViolation = 600

    init(seed: UInt64, corpus: FuzzCorpus) throws {
        self.seed = seed
        self.corpus = corpus
        root = try KeyPair(seed: [UInt8](repeating: 1, count: 32))
        next = try KeyPair(seed: [UInt8](repeating: 2, count: 32))
        bytes = Mutation(
            pool: corpus.tokens + corpus.blocks + corpus.snapshots,
            pieces: [
                [0x0A, 0x00], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0x12, 0x7F], [0x1A, 0x02], [0x18, 0x06], [0x80],
            ])
        message = MessageMutation(pool: corpus.blocks, bytes: bytes)
        text = Mutation(pool: corpus.texts, pieces: Self.words.map { Array($0.utf8) })
    }

    private static let words = [
        "check if ", "check all ", "reject if ", "allow if true;", "deny if ", " or ", "trusting previous", " <- ",
        "$x",
        "(", ")", "[", "]", "{", "}", "{,}", "null", "true", "!", " && ", " || ", " + ", " * ", " / ",
        "9223372036854775807",
        "-9223372036854775808", "2030-01-01T00:00:00Z", "hex:00", "\"a\"", ".matches(\"(a|b)*c{1,9}\")", ".length()",
        ".all($p -> $p)", ".any($q -> true)", ".try_or(1)", ".get(0)", ".contains(1)", ".union({1})",
        "a($x) <- a($y), b($x);",
        "n($x) <- n($y), $x == $y;", "/*", "//", ";", ",", "\u{0}", "é",
    ]

    mutating func tryInput(_ round: UInt64) {
        crash_note_round(round)
        var random = FuzzRandom(seed: seed, round: round)
        let target = FuzzTarget.allCases[random.below(FuzzTarget.allCases.count)]
        let input = input(for: target, &random)
        var outcome = FuzzOutcome.refused
        let start = Stopwatch.nanoseconds()
        let allocations = Allocations.measure { outcome = run(target, round, input, &random) }
        let time = Stopwatch.nanoseconds() - start
        tally.count(target, outcome, round: round, nanoseconds: time, allocations: allocations)
        if time > bounds.nanoseconds { violate(round, "took \(time / 1_000_000) ms") }
        if let allocations, allocations.bytes > bounds.allocatedBytes {
            violate(round, "allocated \(allocations.bytes) bytes")
        }
        tried += 1
        if tried.isMultiple(of: Self.residentStride), tried >= Self.warmUp { checkMemory(round) }
    }

    private mutating func violate(_ round: UInt64, _ text: String) {
        let line = "round \(round): \(text.prefix(Self.longestViolation))"
        tally.violate(line)
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    private mutating func checkMemory(_ round: UInt64) {
        guard let resident = ResidentMemory.bytes() else { return }
        guard let start = residentStart else { return residentStart = resident }
        tally.residentGrowth = resident - start
        if resident - start > bounds.residentGrowth { violate(round, "the process grew by \(resident - start) bytes") }
    }

    // MARK: - Targets

    /// Made before anything is measured: changing a message costs more than reading it.
    private func input(for target: FuzzTarget, _ random: inout FuzzRandom) -> [UInt8] {
        switch target {
        case .text: text.apply(to: random.pick(corpus.texts), &random)
        case .token: mutate(corpus.tokens, &random)
        case .block: mutate(corpus.blocks, &random)
        case .snapshot: mutate(corpus.snapshots, &random)
        }
    }

    private mutating func run(
        _ target: FuzzTarget, _ round: UInt64, _ input: [UInt8], _ random: inout FuzzRandom
    ) -> FuzzOutcome {
        switch target {
        case .text: tryText(round, input, &random)
        case .token: tryToken(round, input, &random)
        case .block: tryBlock(round, input, &random)
        case .snapshot: trySnapshot(round, input)
        }
    }

    /// One of several messages, mostly changed within its structure.
    private func mutate(_ messages: [[UInt8]], _ random: inout FuzzRandom) -> [UInt8] {
        let original = random.pick(messages)
        return random.below(4) == 0 ? bytes.apply(to: original, &random) : message.apply(to: original, &random)
    }

    private mutating func tryText(_ round: UInt64, _ bytes: [UInt8], _ random: inout FuzzRandom) -> FuzzOutcome {
        let source = String(decoding: bytes, as: UTF8.self)
        if let block = try? BlockBuilder(source) { mint(round, block) }
        guard let builder = try? AuthorizerBuilder(source) else { return .refused }
        checkPrinting(round, builder, source)
        guard let authorizer = try? builder.build() else { return .refused }
        let token = corpus.verified.isEmpty ? nil : corpus.verified[random.below(corpus.verified.count)]
        return evaluate(round) { () throws(ExecutionError) in try authorizer.bind(token).evaluate() }
    }

    /// What is printed must read as the same.
    private mutating func checkPrinting(_ round: UInt64, _ builder: AuthorizerBuilder, _ source: String) {
        let printed = builder.source
        // Printing has a limit of its own, and writes this where it ends.
        guard !printed.contains("…") else { return }
        // The grammar reads a set of one word, like {true} or {hex:00}, as the name of a parameter; the reference prints
        // such sets like that, too.
        guard !printed.contains(#/\{[A-Za-z][A-Za-z0-9_:]*\}/#) else { return }
        guard let again = try? AuthorizerBuilder(printed) else {
            return violate(
                round, "cannot be parsed again: \(printed.debugDescription), from \(source.debugDescription)")
        }
        if again.source != printed { violate(round, "read as something else: \(printed.debugDescription)") }
    }

    /// What can be minted can be read and verified.
    private mutating func mint(_ round: UInt64, _ block: BlockBuilder) {
        guard let token = try? Token.mint(root: root, authority: block, nextKey: next) else { return }
        do {
            let verified = try Token.parse(token.bytes).verify(root: root.publicKey)
            let read = try verified.block(0)
            if read != block {
                violate(round, "minted as \(block.source.debugDescription), read as \(read.source.debugDescription)")
            }
        } catch {
            violate(round, "the minted token is refused: \(error)")
        }
    }

    private mutating func tryToken(_ round: UInt64, _ bytes: [UInt8], _ random: inout FuzzRandom) -> FuzzOutcome {
        _ = try? ThirdPartyRequest.parse(bytes)
        _ = try? ThirdPartyBlock.parse(bytes)
        guard let token = try? Token.parse(bytes) else { return .refused }
        if token.bytes != bytes { violate(round, "the token does not keep its bytes") }
        _ = try? token.blockSources()
        guard let verified = try? token.verify(root: root.publicKey) else { return .refused }
        return authorize(round, verified, &random)
    }

    private mutating func tryBlock(_ round: UInt64, _ block: [UInt8], _ random: inout FuzzRandom) -> FuzzOutcome {
        guard let bytes = try? Protobuf.token(block: block, root: root, next: next),
            let token = try? Token.parse(bytes, limits: TokenLimits(maxBytes: 200_000))
        else { return .refused }
        do {
            return authorize(round, try token.verify(root: root.publicKey), &random)
        } catch {
            if case .invalidSignature = error { violate(round, "a good signature was refused") }
            return .refused
        }
    }

    private mutating func trySnapshot(_ round: UInt64, _ bytes: [UInt8]) -> FuzzOutcome {
        _ = try? AuthorizerBuilder(snapshot: bytes)
        do {
            let evaluation = try Evaluation(snapshot: bytes, limits: limits)
            _ = try? Evaluation(snapshot: evaluation.snapshot, limits: limits)
            return evaluate(round) { () throws(ExecutionError) in evaluation }
        } catch {
            if case .execution(.limitReached) = error { return .limited }
            if case .execution = error { return .failed }
            return .refused
        }
    }

    // MARK: - Evaluation

    private mutating func authorize(
        _ round: UInt64, _ token: VerifiedToken, _ random: inout FuzzRandom
    ) -> FuzzOutcome {
        let source = String(decoding: random.pick(corpus.texts), as: UTF8.self)
        guard var builder = try? AuthorizerBuilder(source) else { return .refused }
        builder.policies.append(Policy(.allow, [.query([])]))
        guard let authorizer = try? builder.build() else { return .refused }
        return evaluate(round) { () throws(ExecutionError) in try authorizer.bind(token).evaluate() }
    }

    /// Decides, and looks at everything that can be asked of an evaluation.
    private mutating func evaluate(
        _ round: UInt64, _ body: () throws(ExecutionError) -> Evaluation
    ) -> FuzzOutcome {
        do throws(ExecutionError) {
            let evaluation = try body()
            let world = evaluation.world
            let facts = world.facts.reduce(0) { $0 + $1.facts.count }
            tally.saw(facts: facts, iterations: world.iterations)
            if facts > limits.maxFacts { violate(round, "\(facts) facts") }
            if world.iterations > limits.maxIterations { violate(round, "\(world.iterations) iterations") }
            _ = world.description
            _ = evaluation.snapshot
            let outcome = try evaluation.authorize()
            _ = outcome.description
            return outcome.isAllowed ? .allowed : .denied
        } catch {
            if case .limitReached = error { return .limited }
            return .failed
        }
    }
}
