import ArgumentParser
import Biscuit
import Foundation

/// `samnode token third-party sign`: a block for somebody else's token, signed with a key of one's own.
struct ThirdPartySignCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Sign a block for a request; prints the signed block.",
        discussion: """
            The key file holds ed25519-private/<hex> or secp256r1-private/<hex> and is readable by its owner alone, like
            the mesh-root.key that samnode authority init makes.
            """)

    @Argument(help: "A request, a file with one, or - for standard input.") var request: String
    @Option(help: "The file of the private key to sign with.") var key: String
    @Option(help: "A file with the block, as Datalog.") var blockFile: String?
    @Option(help: "The block, as Datalog.") var block: String?
    @Flag(help: "Print JSON.") var json = false

    private struct Output: Encodable {
        var block: String
        var datalog: String
        var signedBy: String

        enum CodingKeys: String, CodingKey {
            case block
            case datalog
            case signedBy = "third_party_key"
        }
    }

    func validate() throws {
        guard blockFile != nil || block != nil else {
            throw ValidationError("Nothing to sign: give --block-file or --block.")
        }
    }

    func execute(_ console: inout Console) throws(ConsoleError) {
        let request = try EncodedInput<ThirdPartyRequest>.thirdPartyRequest.read(request, console: console)
        let pair = try keyPair()
        let content = try DatalogInput.block(file: blockFile, text: block)
        let signed: ThirdPartyBlock
        do throws(TokenError) {
            signed = try request.sign(content, with: pair)
        } catch {
            throw ConsoleError(.data, "the block cannot be signed: \(error); give a smaller or simpler one")
        }
        guard !json else {
            return try console.print(
                json: Output(block: signed.text, datalog: content.source, signedBy: signed.publicKey.description))
        }
        console.note("signed by \(signed.publicKey)")
        console.print(signed.text)
    }

    private func keyPair() throws(ConsoleError) -> KeyPair {
        let bytes = try ConsoleError.catching { () throws(DataDirectoryError) in try SecretFile(path: key).read() }
        guard let bytes else { throw ConsoleError(.noInput, "there is no file \(key); check --key") }
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        do throws(KeyError) {
            return try KeyPair(text)
        } catch {
            // The content may be a secret of another kind and is not repeated.
            throw ConsoleError(
                .data,
                "\(key) holds no private key; give a file with ed25519-private/<hex> or secp256r1-private/<hex>")
        }
    }
}
