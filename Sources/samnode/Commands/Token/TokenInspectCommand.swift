import ArgumentParser
import Biscuit
import Inference
import Overlay

/// `samnode token inspect`: what a token says, block by block, without asking whether it is genuine.
struct TokenInspectCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Print a token's blocks as Datalog; checks no signature.")

    @Argument(help: "A token, a file with one, or - for standard input.") var token: String
    @Flag(help: "Print JSON.") var json = false

    private struct Output: Encodable {
        var blocks: [Block]
        var expires: String?
        var rootKeyID: UInt32?
        var sealed: Bool

        enum CodingKeys: String, CodingKey {
            case blocks
            case expires
            case rootKeyID = "root_key_id"
            case sealed
        }
    }

    private struct Block: Encodable {
        var datalog: String
        var revocationID: String
        var signedBy: String?

        enum CodingKeys: String, CodingKey {
            case datalog
            case revocationID = "revocation_id"
            case signedBy = "third_party_key"
        }
    }

    func execute(_ console: inout Console) throws(ConsoleError) {
        let token = try TokenFile.read(token, console: console)
        let blocks = try blocks(of: token)
        let expiry = UnverifiedClaims(token).expiry
        if json {
            return try console.print(
                json: Output(
                    blocks: blocks, expires: expiry.map(CalendarTime.text), rootKeyID: token.rootKeyID,
                    sealed: token.isSealed))
        }
        for (index, block) in blocks.enumerated() { show(block, index: index, console: &console) }
        var table = Table()
        table.add("expires", expiry.map { TimeText.relative($0, to: console.now) } ?? "never (no node accepts that)")
        table.add("root key id", token.rootKeyID.map(String.init))
        table.add("sealed", token.isSealed ? "yes: it cannot be attenuated" : "no: it can be attenuated")
        console.print(table.text)
        console.note("no signature was checked; that is what samnode token verify does")
    }

    private func blocks(of token: Token) throws(ConsoleError) -> [Block] {
        let sources: [String]
        do throws(TokenError) {
            sources = try token.blockSources()
        } catch {
            throw ConsoleError(.data, "the token's blocks cannot be read (\(error)); ask for a new token")
        }
        return zip(sources, token.revocationIDs).enumerated().map { index, block in
            let key = token.externalKeys.indices.contains(index) ? token.externalKeys[index] : nil
            return Block(
                datalog: block.0, revocationID: Hexadecimal.encode(block.1), signedBy: key?.description)
        }
    }

    private func show(_ block: Block, index: Int, console: inout Console) {
        console.print(index == 0 ? "block 0, signed by the authority" : "block \(index), added later")
        var table = Table()
        table.add("third party", block.signedBy)
        table.add("revocation", block.revocationID)
        console.print(table.text)
        for line in block.datalog.split(separator: "\n") { console.print("    \(line)") }
        console.print("")
    }
}
