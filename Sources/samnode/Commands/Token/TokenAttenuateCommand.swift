import ArgumentParser
import Biscuit
import Inference
import Overlay
import YAML

/// `samnode token attenuate`: a token that can do less, made by whoever holds one, without asking anybody.
struct TokenAttenuateCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "attenuate", abstract: "Add a block that narrows a token; prints the new token.")

    @Argument(help: "A token, a file with one, or - for standard input.") var token: String
    @Option(help: "A check to add, like 'check if service(\"inference\", $name)'. Repeatable.")
    var check: [String] = []
    @Option(help: "A file with a block of Datalog to add.") var blockFile: String?
    @Option(help: "A block of Datalog to add: facts, rules and checks.") var block: String?
    @Option(help: "Services that the token shall reach only. Repeatable.", transform: ArgumentValues.servicePattern)
    var service: [ServicePattern] = []
    @Option(help: "End the token after this time: 90m, 24h, 30d.", transform: ArgumentValues.timeToLive)
    var ttl: TimeSpan?
    @OptionGroup var output: TokenOutputOptions

    func validate() throws {
        guard !check.isEmpty || blockFile != nil || block != nil || !service.isEmpty || ttl != nil else {
            throw ValidationError("Nothing to add: give --check, --block, --block-file, --service or --ttl.")
        }
    }

    func execute(_ console: inout Console) throws(ConsoleError) {
        let token = try TokenFile.read(token, console: console)
        let block = try addition(at: console.now)
        let narrowed: Token
        do {
            narrowed = try token.append(block, nextKey: KeyPair(seed: SystemRandom.bytes(32)))
        } catch {
            throw ConsoleError(.data, "the token cannot be narrowed: \(error); ask whoever issued it for another")
        }
        console.note("added block \(narrowed.blockCount - 1)")
        try output.deliver(narrowed, console: &console)
    }

    private func addition(at now: WallTime) throws(ConsoleError) -> BlockBuilder {
        var attenuation = TokenAttenuation()
        attenuation.block = try DatalogInput.block(file: blockFile, text: block)
        attenuation.services = service
        attenuation.expiry = ttl.map { now + $0 }
        for text in check {
            do throws(SyntaxError) {
                try attenuation.addCheck(text)
            } catch {
                throw ConsoleError(
                    .data, "--check \(text.quotedForMessage): \(error); give one, like check if user(\"alice\")")
            }
        }
        return attenuation.blockBuilder
    }
}
