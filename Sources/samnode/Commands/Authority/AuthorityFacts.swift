import Biscuit
import Inference

/// The file of `samnode authority issue --facts`: what a token says beyond the command's own options.
enum AuthorityFacts {
    /// What other options decide. Stated twice, the wider one would count.
    private static let decidedElsewhere = [
        Vocabulary.expiration: "--ttl", Vocabulary.node: "--peer", Vocabulary.clientPeer: "--peer",
    ]

    static func read(_ path: String) throws(ConsoleError) -> BlockBuilder {
        let block = try DatalogInput.read(path, "file") { source throws(SyntaxError) in try BlockBuilder(source) }
        for name in block.facts.map(\.name) + block.rules.map(\.head.name) {
            guard let option = decidedElsewhere[name] else { continue }
            throw ConsoleError(.data, "\(path): \(name)(…) is what \(option) states; remove it from the file")
        }
        return block
    }
}
