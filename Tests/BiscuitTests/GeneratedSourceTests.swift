import Testing

@testable import Biscuit

/// Source text of blocks and authorizers: what is accepted, how it is printed, and the bytes it becomes.
@Suite(.enabled(if: Conformance.exists("generated"), Conformance.missing))
struct GeneratedSourceTests {
    @Test func blocks() throws {
        let tally = Tally("parse_block.json")
        for testcase in try Conformance.json("generated/parse_block.json")["cases"].array {
            let source = testcase["source"].string ?? ""
            let builder = try? BlockBuilder(source)
            let problem = blockProblem(builder, testcase)
            if testcase["origin"].string == "mutation" {
                tally.report("mutations", agrees: problem == nil)
            } else if let builder, !builder.scopes.isEmpty, testcase["accept"].bool == true {
                tally.report("default scope of a block: the reference parses and drops it", agrees: problem == nil)
            } else {
                tally.record("\(testcase["id"].text) \(source)", problem)
            }
        }
        tally.finish()
    }

    private func blockProblem(_ builder: BlockBuilder?, _ testcase: JSON) -> String? {
        guard testcase["accept"].bool == true else { return builder == nil ? nil : "accepted" }
        guard let builder else { return "refused" }
        var symbols = SymbolTable()
        let block = symbols.lower(builder)
        if ProtobufWriter.encode(block) != testcase["block_hex"].hex {
            return "bytes \(Hexadecimal.encode(ProtobufWriter.encode(block)))"
        }
        if Int(block.version) != testcase["datalog_version"].int { return "version \(block.version)" }
        if block.symbols != testcase["symbols"].strings { return "symbols \(block.symbols)" }
        if (block.needsSignatureVersion1 ? 1 : 0) != testcase["signature_version"].int { return "signature version" }
        return printingProblem(block, symbols, testcase)
    }

    /// The printed text must be the reference's, and parse to the same bytes.
    private func printingProblem(_ block: Wire.Block, _ symbols: SymbolTable, _ testcase: JSON) -> String? {
        guard let printed = try? symbols.lift(block).source else { return "cannot be printed" }
        if !ReferenceText.agrees(printed, with: testcase["printed"].string) { return "printed \(printed)" }
        var again = SymbolTable()
        guard let reparsed = try? BlockBuilder(printed) else { return "printed text is refused: \(printed)" }
        return again.lower(reparsed) == block ? nil : "printed text differs: \(printed)"
    }

    @Test func authorizers() throws {
        let tally = Tally("parse_authorizer.json")
        for testcase in try Conformance.json("generated/parse_authorizer.json")["cases"].array {
            let source = testcase["source"].string ?? ""
            let builder = try? AuthorizerBuilder(source)
            var problem: String?
            if testcase["accept"].bool == true {
                problem =
                    builder?.source == testcase["printed"].string ? nil : "printed \(builder?.source ?? "nothing")"
            } else if builder != nil {
                problem = "accepted"
            }
            tally.record("\(testcase["id"].text) \(source)", problem)
        }
        tally.finish()
    }

    /// Blocks of the official samples rebuilt from their source.
    @Test func officialBlockBytes() throws {
        let file = try Conformance.json("generated/official_block_bytes.json")
        let root = try KeyPair("ed25519-private/" + (file["root_private_key"].string ?? ""))
        let tally = Tally("official_block_bytes.json")
        var symbols = SymbolTable()
        var previousFile: String?
        for block in file["blocks"].array {
            if block["file"].string != previousFile { symbols = SymbolTable() }
            previousFile = block["file"].string
            tally.record("\(block["file"].text) \(block["block"].text)", rebuildProblem(block, &symbols, root))
        }
        tally.finish()
    }

    private func rebuildProblem(_ block: JSON, _ symbols: inout SymbolTable, _ root: KeyPair) -> String? {
        let builder: BlockBuilder
        do {
            builder = try BlockBuilder(block["code"].string ?? "")
        } catch {
            return block["reparseable"].bool == false ? nil : "refused: \(error)"
        }
        var lowered: Wire.Block
        if block["external_key"].exists {
            var own = SymbolTable()
            lowered = own.lower(builder)
            lowered.version = max(lowered.version, DatalogVersion.v32)
        } else {
            lowered = symbols.lower(builder)
        }
        let bytes = ProtobufWriter.encode(lowered)
        if bytes != block["block_hex"].hex { return "bytes \(Hexadecimal.encode(bytes))" }
        return mintProblem(block, builder, root)
    }

    /// The samples give the root key away as next key, which only works below the public interface.
    ///
    /// A token of one block is a function of its content, root key and next key.
    private func mintProblem(_ block: JSON, _ builder: BlockBuilder, _ root: KeyPair) -> String? {
        guard let expected = block["single_block_token_hex"].hex, let secret = block["next_secret_if_last"].string
        else {
            return nil
        }
        let nextKey = try? KeyPair("ed25519-private/" + secret)
        guard let nextKey, let token = try? Token.issue(root: root, authority: builder, nextKey: nextKey) else {
            return "cannot be minted"
        }
        return token.bytes == expected ? nil : "token \(Hexadecimal.encode(token.bytes))"
    }
}
