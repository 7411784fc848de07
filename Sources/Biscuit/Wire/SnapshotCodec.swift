/// An `AuthorizerSnapshot` message: an authorizer, the blocks of a token and the facts known so far.
struct Snapshot {
    /// A block without symbols of its own; all numbers are those of the snapshot's tables.
    struct Block {
        var content: Wire.Block
        var externalKey: PublicKey?
    }

    struct Facts {
        var origin: OriginSet
        var facts: [Wire.Predicate]
    }

    var maxFacts: UInt64
    var maxIterations: UInt64
    /// Nanoseconds.
    var maxTime: UInt64
    var symbols: SymbolTable
    var blocks: [Block] = []
    var authorizer: Wire.Block
    var policies: [Wire.Policy]
    var facts: [Facts] = []
    var iterations: UInt64 = 0
}

// MARK: - Writing

extension Snapshot {
    /// The protobuf form. The time spent is 0: the module has no clock.
    var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.message(1) { writer in
            writer.varint(1, maxFacts)
            writer.varint(2, maxIterations)
            writer.varint(3, maxTime)
        }
        writer.varint(2, 0)
        writer.message(3) { world(&$0) }
        return writer.bytes
    }

    private func world(_ writer: inout ProtobufWriter) {
        writer.varint(1, UInt64(DatalogVersion.v33))
        for symbol in symbols.customStrings(from: 0) { writer.string(2, symbol) }
        for key in symbols.publicKeys { writer.message(3) { $0.publicKey(key) } }
        for block in blocks { writer.message(4) { $0.snapshotBlock(block) } }
        writer.message(5) { $0.snapshotBlock(Block(content: authorizer)) }
        for policy in policies { writer.message(6) { $0.policy(policy) } }
        for group in facts { writer.message(7) { $0.generatedFacts(group) } }
        writer.varint(8, iterations)
    }
}

extension ProtobufWriter {
    fileprivate mutating func snapshotBlock(_ block: Snapshot.Block) {
        if let context = block.content.context { string(1, context) }
        varint(2, UInt64(block.content.version))
        for fact in block.content.facts { message(3) { $0.fact(fact) } }
        for rule in block.content.rules { message(4) { $0.rule(rule) } }
        for check in block.content.checks { message(5) { $0.check(check) } }
        for scope in block.content.scopes { message(6) { $0.scope(scope) } }
        if let key = block.externalKey { message(7) { $0.publicKey(key) } }
    }

    fileprivate mutating func generatedFacts(_ group: Snapshot.Facts) {
        for origin in group.origin.members {
            message(1) { writer in
                switch origin {
                case .authorizer: writer.bytes(1, [])
                case .block(let index): writer.varint(2, UInt64(index))
                }
            }
        }
        for fact in group.facts { message(2) { $0.fact(fact) } }
    }
}

// MARK: - Reading

extension BlockDecoder {
    func snapshot(_ bytes: [UInt8], maxBlocks: Int) throws(DecodingError) -> Snapshot {
        var limits: (facts: UInt64, iterations: UInt64, time: UInt64)?
        var world: Snapshot?
        try fields(ProtobufReader(bytes)) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1: limits = try runLimits(reader.decodeMessage(field))
            case 2: _ = try reader.decodeVarint(field)
            case 3: world = try self.world(reader.decodeMessage(field), maxBlocks: maxBlocks)
            default: return false
            }
            return true
        }
        let bounds = try Self.required(limits, "limits")
        var snapshot = try Self.required(world, "world")
        (snapshot.maxFacts, snapshot.maxIterations, snapshot.maxTime) = bounds
        return snapshot
    }

    private func runLimits(
        _ message: ProtobufReader
    ) throws(DecodingError) -> (facts: UInt64, iterations: UInt64, time: UInt64) {
        var values: [UInt64?] = [nil, nil, nil]
        try fields(message) { (reader, field) throws(DecodingError) in
            guard (1...3).contains(field.number) else { return false }
            values[Int(field.number) - 1] = try reader.decodeVarint(field)
            return true
        }
        return (
            try Self.required(values[0], "maxFacts"), try Self.required(values[1], "maxIterations"),
            try Self.required(values[2], "maxTime")
        )
    }

    private func world(_ message: ProtobufReader, maxBlocks: Int) throws(DecodingError) -> Snapshot {
        var version: UInt32 = 0
        var symbols = SymbolTable()
        var blocks: [Snapshot.Block] = []
        var authorizer: Snapshot.Block?
        var policies: [Wire.Policy] = []
        var facts: [Snapshot.Facts] = []
        var iterations: UInt64?
        try fields(message) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1: version = try reader.decodeUInt32(field)
            case 2: _ = symbols.insert(try reader.decodeString(field))
            case 3: _ = symbols.insert(try publicKey(reader.decodeMessage(field)))
            case 4: blocks.append(try snapshotBlock(reader.decodeMessage(field)))
            case 5: authorizer = try snapshotBlock(reader.decodeMessage(field))
            case 6: policies.append(try policy(reader.decodeMessage(field)))
            case 7: facts.append(try generatedFacts(reader.decodeMessage(field)))
            case 8: iterations = try reader.decodeVarint(field)
            default: return false
            }
            return true
        }
        guard DatalogVersion.supported.contains(version) else { throw .version("unsupported version of the snapshot") }
        guard blocks.count <= maxBlocks else { throw .invalid("the snapshot has more than \(maxBlocks) blocks") }
        return Snapshot(
            maxFacts: 0, maxIterations: 0, maxTime: 0, symbols: symbols, blocks: blocks,
            authorizer: try Self.required(authorizer, "authorizerBlock").content, policies: policies, facts: facts,
            iterations: try Self.required(iterations, "iterations"))
    }

    private func snapshotBlock(_ message: ProtobufReader) throws(DecodingError) -> Snapshot.Block {
        var block = Snapshot.Block(content: Wire.Block())
        block.content.version = 0
        var hasCheckKind = false
        try fields(message) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1: block.content.context = try reader.decodeString(field)
            case 2: block.content.version = try reader.decodeUInt32(field)
            case 3: block.content.facts.append(try fact(reader.decodeMessage(field)))
            case 4: block.content.rules.append(try rule(reader.decodeMessage(field)))
            case 5:
                let (check, hasKind) = try check(reader.decodeMessage(field))
                block.content.checks.append(check)
                hasCheckKind = hasCheckKind || hasKind
            case 6: block.content.scopes.append(try scope(reader.decodeMessage(field)))
            case 7: block.externalKey = try publicKey(reader.decodeMessage(field))
            default: return false
            }
            return true
        }
        try Self.validate(block.content, hasCheckKind: hasCheckKind)
        return block
    }

    private func generatedFacts(_ message: ProtobufReader) throws(DecodingError) -> Snapshot.Facts {
        var group = Snapshot.Facts(origin: .none, facts: [])
        try fields(message) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1: group.origin = group.origin.union(try origin(reader.decodeMessage(field)))
            case 2: group.facts.append(try fact(reader.decodeMessage(field)))
            default: return false
            }
            return true
        }
        return group
    }

    private func origin(_ message: ProtobufReader) throws(DecodingError) -> OriginSet {
        var origin: OriginSet?
        try fields(message) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1:
                _ = try reader.decodeMessage(field)
                origin = .authorizer
            case 2:
                let index = try reader.decodeUInt32(field)
                guard index < UInt32(TokenLimits.highestMaxBlocks) else { throw .invalid("an origin is out of range") }
                origin = .block(Int(index))
            default: return false
            }
            return true
        }
        return try Self.required(origin, "content of an origin")
    }
}
