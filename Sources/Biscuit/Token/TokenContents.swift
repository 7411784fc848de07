/// The decoded blocks of a token with the symbol tables they refer to.
struct TokenContents: Sendable {
    /// The table of all blocks without external signature.
    private(set) var symbols = SymbolTable()
    private(set) var blocks: [Wire.Block] = []
    /// For each block the table of its own, if a third party signed it.
    private var ownSymbols: [SymbolTable?] = []

    init(_ signed: [SignedBlock], limits: TokenLimits) throws(TokenError) {
        let decoder = BlockDecoder(maxNesting: limits.maxNesting)
        for (index, signedBlock) in signed.enumerated() {
            do {
                try add(decoder.block(signedBlock.payload), isThirdParty: signedBlock.external != nil)
            } catch {
                throw TokenError(error, block: index)
            }
        }
    }

    /// Blocks that all refer to one table, as in a snapshot.
    init(blocks: [Wire.Block], symbols: SymbolTable) {
        self.blocks = blocks
        self.symbols = symbols
        ownSymbols = blocks.map { _ in nil }
    }

    private mutating func add(_ block: Wire.Block, isThirdParty: Bool) throws(DecodingError) {
        if isThirdParty {
            guard block.version >= DatalogVersion.v32 else {
                throw .version("third-party blocks need Datalog version 5, the block has \(block.version)")
            }
            var table = SymbolTable()
            try table.declare(block)
            ownSymbols.append(table)
        } else {
            try symbols.declare(block)
            ownSymbols.append(nil)
        }
        blocks.append(block)
    }

    func symbols(of index: Int) -> SymbolTable {
        ownSymbols[index] ?? symbols
    }

    func isThirdParty(_ index: Int) -> Bool {
        ownSymbols[index] != nil
    }

    /// The block as Datalog.
    func builder(_ index: Int) throws(TokenError) -> BlockBuilder {
        guard blocks.indices.contains(index) else { throw .noSuchBlock(index) }
        do {
            return try symbols(of: index).lift(blocks[index])
        } catch {
            throw .invalidBlock(block: index, error.reason)
        }
    }
}

extension SymbolTable {
    /// Adds the symbols and keys a received block declares.
    mutating func declare(_ block: Wire.Block) throws(DecodingError) {
        for symbol in block.symbols {
            guard declare(symbol) else { throw .invalid("the symbol \"\(symbol)\" is declared twice") }
        }
        for key in block.publicKeys {
            guard declare(key) else { throw .invalid("the public key \(key) is declared twice") }
        }
    }
}

extension TokenError {
    init(_ error: DecodingError, block: Int) {
        switch error {
        case .nesting(let limit): self = .limitReached(.nesting(limit))
        case .version(let reason): self = .unsupportedVersion(block: block, reason)
        default: self = .invalidBlock(block: block, error.reason)
        }
    }

    init(_ error: DecodingError) {
        if case .nesting(let limit) = error {
            self = .limitReached(.nesting(limit))
        } else {
            self = .malformed(error.reason)
        }
    }
}
