/// The decoded and compiled blocks of a token. A class, because everything that is bound to the token holds it.
final class BlockSet: Sendable {
    let contents: TokenContents
    let externalKeys: [PublicKey?]
    let program: Program

    /// Compiling finds every reference to a symbol, key or variable that does not exist.
    init(_ contents: TokenContents, externalKeys: [PublicKey?]) throws(TokenError) {
        var compiler = Compiler(contents.symbols)
        for (index, block) in contents.blocks.enumerated() {
            do {
                try compiler.add(
                    block, contents.symbols(of: index), isShared: !contents.isThirdParty(index), origin: .block(index))
            } catch {
                throw .invalidBlock(block: index, error.reason)
            }
        }
        self.contents = contents
        self.externalKeys = externalKeys
        program = compiler.program
    }

    var count: Int { contents.blocks.count }

    /// The text of a check, or of what stands at its place when symbols are unknown.
    func checkSource(block: Int, index: Int) -> String {
        let check = contents.blocks[block].checks[index]
        return (try? contents.symbols(of: block).lift(check))?.description ?? "check \(index)"
    }
}
