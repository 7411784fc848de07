import Foundation
import Testing

@testable import Biscuit

/// The reference implementation as a subprocess.
enum ReferencePeer {
    private static let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// `SAM_PYTHON`, the package's virtual environment, or `python3`.
    static let interpreter: String = {
        if let named = ProcessInfo.processInfo.environment["SAM_PYTHON"] { return named }
        let local = package.appendingPathComponent(".venv/bin/python").path
        return FileManager.default.isExecutableFile(atPath: local) ? local : "python3"
    }()

    static let missing: Comment =
        "biscuit-python is absent: pip install biscuit-python==0.4.0, and name it in SAM_PYTHON"

    static let isPresent: Bool = (try? run(["-c", "import biscuit_auth"], input: Data())) != nil

    struct Failure: Error {
        let text: String
    }

    /// Sends one request per line and returns one answer per line.
    static func ask(_ requests: [[String: Any]]) throws -> [JSON] {
        var input = Data()
        for request in requests {
            input += try JSONSerialization.data(withJSONObject: request)
            input.append(0x0A)
        }
        let script = package.appendingPathComponent("Tests/BiscuitTests/Interop/biscuit_peer.py")
        let output = try run([script.path], input: input)
        return try output.split(separator: 0x0A).map { JSON(try JSONSerialization.jsonObject(with: $0)) }
    }

    /// Input and output go through files, which never block.
    private static func run(_ arguments: [String], input: Data) throws -> Data {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("biscuit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (inputFile, outputFile) = (folder.appendingPathComponent("in"), folder.appendingPathComponent("out"))
        try input.write(to: inputFile)
        try Data().write(to: outputFile)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [interpreter] + arguments
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(text: "status \(process.terminationStatus)") }
        return try Data(contentsOf: outputFile)
    }
}

/// Round trips with the reference implementation, in both directions, over random tokens.
///
/// `SAM_INTEROP_SEEDS` sets how many seeds are run (default 200), `SAM_INTEROP_FIRST_SEED` where they start.
@Suite(.enabled(if: ReferencePeer.isPresent, ReferencePeer.missing))
struct InteropTests {
    private static func setting(_ name: String, _ standard: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init) ?? standard
    }

    private static let seeds: Range<UInt64> = {
        let first = setting("SAM_INTEROP_FIRST_SEED", 1)
        return first..<first + setting("SAM_INTEROP_SEEDS", 200)
    }()

    /// What a token is made of.
    private struct Recipe {
        let seed: UInt64
        let root: KeyPair
        let rootKeyID: UInt32?
        /// Source, and the key of the third party that signs it.
        let blocks: [(source: String, signer: KeyPair?)]
        let authorizers: [String]
        let isSealed: Bool
        var generator: SeededGenerator

        init(seed: UInt64) throws {
            self.seed = seed
            var generator = SeededGenerator(seed: seed)
            let signers = try (0..<2).map { _ in try Recipe.key(&generator) }
            root = try Recipe.key(&generator)
            rootKeyID = generator.chance(30) ? UInt32(generator.below(1_000)) : nil
            var datalog = RandomDatalog(generator: generator, keys: signers.map(\.publicKey))
            var blocks: [(String, KeyPair?)] = [(datalog.block(), nil)]
            for _ in 0..<datalog.generator.below(4) {
                let signer = datalog.generator.chance(40) ? datalog.generator.pick(signers) : nil
                blocks.append((datalog.block(), signer))
            }
            self.blocks = blocks
            authorizers = (0..<3).map { _ in datalog.authorizer() }
            isSealed = datalog.generator.chance(20)
            self.generator = datalog.generator
        }

        static func key(_ generator: inout SeededGenerator) throws -> KeyPair {
            guard generator.chance(35) else { return try KeyPair(seed: generator.bytes(32)) }
            // A leading zero keeps the scalar below the order of the curve.
            return try KeyPair(PrivateKey(algorithm: .secp256r1, bytes: [0] + generator.bytes(31)))
        }

        /// The token as our implementation builds it.
        mutating func token() throws -> Token {
            let first = try BlockBuilder(blocks[0].source)
            var token = try Token.mint(
                root: root, rootKeyID: rootKeyID, authority: first, nextKey: Recipe.key(&generator))
            for block in blocks.dropFirst() {
                let content = try BlockBuilder(block.source)
                let nextKey = try Recipe.key(&generator)
                if let signer = block.signer {
                    let request = try ThirdPartyRequest.parse(token.thirdPartyRequest().bytes)
                    let signed = try ThirdPartyBlock.parse(request.sign(content, with: signer).bytes)
                    token = try token.append(signed, signedBy: signer.publicKey, nextKey: nextKey)
                } else {
                    token = try token.append(content, nextKey: nextKey)
                }
            }
            return isSealed ? try token.seal() : token
        }
    }

    @Test func referenceReadsOurTokens() throws {
        var recipes: [(Recipe, Token)] = []
        for seed in Self.seeds {
            var recipe = try Recipe(seed: seed)
            recipes.append((recipe, try recipe.token()))
        }
        let answers = try ReferencePeer.ask(
            recipes.map { recipe, token in
                [
                    "op": "inspect", "token": token.text, "root": recipe.root.publicKey.description,
                    "authorizers": recipe.authorizers,
                ]
            })
        report("ours read by the reference", zip(recipes, answers).map { ($0.0.seed, problem($0.0, $0.1, $1)) })
    }

    @Test func weReadTokensOfTheReference() throws {
        let recipes = try Self.seeds.map { try Recipe(seed: $0) }
        let answers = try ReferencePeer.ask(recipes.map(buildRequest))
        let problems = zip(recipes, answers).map { recipe, answer -> (UInt64, String?) in
            guard let text = answer["token"].string else { return (recipe.seed, answer.text) }
            guard let token = try? Token.parse(text: text) else { return (recipe.seed, "cannot be parsed") }
            return (recipe.seed, problem(recipe, token, answer) ?? payloadProblem(recipe, token))
        }
        report("the reference's read by us", problems)
    }

    private func buildRequest(_ recipe: Recipe) -> [String: Any] {
        let blocks = recipe.blocks.map { block in
            var request = ["source": block.source]
            request["third_party"] = block.signer?.privateKey.text
            return request
        }
        return [
            "op": "build", "root": recipe.root.privateKey.text, "blocks": blocks, "authorizers": recipe.authorizers,
            "root_key_id": recipe.rootKeyID.map { Int($0) as Any } ?? NSNull(),
        ]
    }

    private func report(_ name: String, _ results: [(UInt64, String?)]) {
        let failures = results.compactMap { seed, problem in problem.map { "seed \(seed): \($0)" } }
        print("\(name): seeds \(Self.seeds), \(results.count - failures.count) agree, \(failures.count) differ")
        for failure in failures.prefix(10) { Issue.record(Comment(rawValue: failure)) }
        #expect(results.count == Self.seeds.count)
    }

    /// Compares what both implementations see in one token.
    private func problem(_ recipe: Recipe, _ token: Token, _ answer: JSON) -> String? {
        if let failure = answer["failure"].string { return failure }
        let verified: VerifiedToken
        do {
            verified = try token.verify(trusting: [TrustedRoot(id: recipe.rootKeyID, recipe.root.publicKey)])
        } catch {
            return "we refuse it: \(error)"
        }
        if token.revocationIDs.map(Hexadecimal.encode) != answer["revocation_ids"].strings { return "revocation ids" }
        for index in 0..<token.blockCount {
            let source = (try? token.blockSource(index)) ?? ""
            if !ReferenceText.agrees(source, with: answer["sources"].array[index].string) {
                return "source of block \(index): \(source), theirs \(answer["sources"].array[index].text)"
            }
            if token.externalKeys[index]?.description != answer["external_keys"].array[index].string { return "keys" }
        }
        for (authorizer, theirs) in zip(recipe.authorizers, answer["outcomes"].strings) {
            let ours = ReferenceText.authorize(verified, authorizer)
            if !ReferenceText.agrees(ours, with: theirs) {
                return "\(recipe.blocks.map(\.source))\n\(authorizer)\nours: \(ours)\ntheirs: \(theirs)"
            }
        }
        return nil
    }

    /// What the reference serialized must be what we would have.
    private func payloadProblem(_ recipe: Recipe, _ token: Token) -> String? {
        var symbols = SymbolTable()
        for (index, block) in recipe.blocks.enumerated() {
            guard let builder = try? BlockBuilder(block.source) else { return "we refuse block \(index)" }
            var own = SymbolTable()
            var lowered = block.signer == nil ? symbols.lower(builder) : own.lower(builder)
            if block.signer != nil { lowered.version = max(lowered.version, DatalogVersion.v32) }
            if ProtobufWriter.encode(lowered) != token.blocks[index].payload { return "payload of block \(index)" }
        }
        return nil
    }
}
