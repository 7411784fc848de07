/// Why a block, request or snapshot could not be decoded; the caller adds which one.
enum DecodingError: Error {
    case protobuf(ProtobufReader.Failure)
    case missing(String)
    case invalid(String)
    case version(String)
    case nesting(Int)

    var reason: String {
        switch self {
        case .protobuf(let failure): failure.reason
        case .missing(let field): "the required field \(field) is missing"
        case .invalid(let reason), .version(let reason): reason
        case .nesting(let limit): "values nest more than \(limit) levels deep"
        }
    }
}

/// Decodes the messages of schema.proto that describe Datalog.
struct BlockDecoder {
    let maxNesting: Int

    /// Calls `body` for each field of the message; `body` returns false for fields it does not know.
    func fields(
        _ message: ProtobufReader,
        _ body: (inout ProtobufReader, ProtobufReader.Field) throws(DecodingError) -> Bool
    ) throws(DecodingError) {
        var reader = message
        while let field = try reader.decodeField() {
            if try !body(&reader, field) { try reader.decodeUnknown(field) }
        }
    }

    static func required<Value>(_ value: Value?, _ name: String) throws(DecodingError) -> Value {
        guard let value else { throw .missing(name) }
        return value
    }

    // MARK: - Blocks

    func block(_ bytes: [UInt8]) throws(DecodingError) -> Wire.Block {
        var block = Wire.Block()
        var version: UInt32 = 0
        var hasCheckKind = false
        try fields(ProtobufReader(bytes)) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1: block.symbols.append(try reader.decodeString(field))
            case 2: block.context = try reader.decodeString(field)
            case 3: version = try reader.decodeUInt32(field)
            case 4: block.facts.append(try fact(reader.decodeMessage(field)))
            case 5: block.rules.append(try rule(reader.decodeMessage(field)))
            case 6:
                let (check, hasKind) = try check(reader.decodeMessage(field))
                block.checks.append(check)
                hasCheckKind = hasCheckKind || hasKind
            case 7: block.scopes.append(try scope(reader.decodeMessage(field)))
            case 8: block.publicKeys.append(try publicKey(reader.decodeMessage(field)))
            default: return false
            }
            return true
        }
        block.version = version
        try Self.validate(block, hasCheckKind: hasCheckKind)
        return block
    }

    /// Refuses versions outside the supported range, and features the block's version does not have.
    static func validate(_ block: Wire.Block, hasCheckKind: Bool) throws(DecodingError) {
        guard DatalogVersion.supported.contains(block.version) else {
            throw .version("Datalog version \(block.version) is not supported (3 to 6 are)")
        }
        if hasCheckKind && block.version < DatalogVersion.v31 {
            throw .version("check kinds need Datalog version 4, the block has \(block.version)")
        }
        guard block.requiredVersion <= block.version else {
            throw .version("the content needs Datalog version \(block.requiredVersion), the block has \(block.version)")
        }
    }

    func publicKey(_ message: ProtobufReader) throws(DecodingError) -> PublicKey {
        var algorithm: UInt32?
        var key: [UInt8]?
        try fields(message) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1: algorithm = try reader.decodeUInt32(field)
            case 2: key = try reader.decodeBytes(field)
            default: return false
            }
            return true
        }
        guard let algorithm = Algorithm(rawValue: try Self.required(algorithm, "algorithm")) else {
            throw .invalid("unknown key algorithm")
        }
        let bytes = try Self.required(key, "key")
        do {
            return try PublicKey(algorithm: algorithm, bytes: bytes)
        } catch {
            throw .invalid(error.description)
        }
    }

    // MARK: - Facts, rules and checks

    func fact(_ message: ProtobufReader) throws(DecodingError) -> Wire.Predicate {
        var fact: Wire.Predicate?
        try fields(message) { (reader, field) throws(DecodingError) in
            guard field.number == 1 else { return false }
            fact = try predicate(reader.decodeMessage(field))
            return true
        }
        return try Self.required(fact, "predicate")
    }

    func predicate(_ message: ProtobufReader) throws(DecodingError) -> Wire.Predicate {
        var name: UInt64?
        var terms: [Wire.Term] = []
        try fields(message) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1: name = try reader.decodeVarint(field)
            case 2: terms.append(try term(reader.decodeMessage(field), depth: 0))
            default: return false
            }
            return true
        }
        return Wire.Predicate(name: try Self.required(name, "name"), terms: terms)
    }

    func rule(_ message: ProtobufReader) throws(DecodingError) -> Wire.Rule {
        var head: Wire.Predicate?
        var body: [Wire.Predicate] = []
        var expressions: [[Wire.Operation]] = []
        var scopes: [Wire.Scope] = []
        try fields(message) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1: head = try predicate(reader.decodeMessage(field))
            case 2: body.append(try predicate(reader.decodeMessage(field)))
            case 3: expressions.append(try expression(reader.decodeMessage(field)))
            case 4: scopes.append(try scope(reader.decodeMessage(field)))
            default: return false
            }
            return true
        }
        return Wire.Rule(
            head: try Self.required(head, "head"), body: body, expressions: expressions, scopes: scopes)
    }

    /// The check, and whether its kind was written out.
    func check(_ message: ProtobufReader) throws(DecodingError) -> (Wire.Check, hasKind: Bool) {
        var queries: [Wire.Rule] = []
        var kind: UInt32?
        try fields(message) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1: queries.append(try rule(reader.decodeMessage(field)))
            case 2: kind = try reader.decodeUInt32(field)
            default: return false
            }
            return true
        }
        switch kind {
        case nil, 0: return (Wire.Check(kind: .one, queries: queries), kind != nil)
        case 1: return (Wire.Check(kind: .all, queries: queries), true)
        case 2: return (Wire.Check(kind: .reject, queries: queries), true)
        default: throw .invalid("unknown kind of check")
        }
    }

    func policy(_ message: ProtobufReader) throws(DecodingError) -> Wire.Policy {
        var queries: [Wire.Rule] = []
        var kind: UInt32?
        try fields(message) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1: queries.append(try rule(reader.decodeMessage(field)))
            case 2: kind = try reader.decodeUInt32(field)
            default: return false
            }
            return true
        }
        switch try Self.required(kind, "kind") {
        case 0: return Wire.Policy(kind: .allow, queries: queries)
        case 1: return Wire.Policy(kind: .deny, queries: queries)
        default: throw .invalid("unknown kind of policy")
        }
    }

    func scope(_ message: ProtobufReader) throws(DecodingError) -> Wire.Scope {
        var scope: Wire.Scope?
        try fields(message) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1:
                switch try reader.decodeUInt32(field) {
                case 0: scope = .authority
                case 1: scope = .previous
                default: throw .invalid("unknown kind of scope")
                }
            case 2: scope = .publicKey(try reader.decodeVarint(field))
            default: return false
            }
            return true
        }
        return try Self.required(scope, "content of a scope")
    }
}

extension ProtobufReader {
    mutating func decodeField() throws(DecodingError) -> Field? {
        do { return try next() } catch { throw .protobuf(error) }
    }

    mutating func decodeUnknown(_ field: Field) throws(DecodingError) {
        do { try skip(field) } catch { throw .protobuf(error) }
    }

    mutating func decodeVarint(_ field: Field) throws(DecodingError) -> UInt64 {
        do { return try varint(field) } catch { throw .protobuf(error) }
    }

    mutating func decodeUInt32(_ field: Field) throws(DecodingError) -> UInt32 {
        do { return try uint32(field) } catch { throw .protobuf(error) }
    }

    mutating func decodeRepeatedUInt32(_ field: Field, into values: inout [UInt32]) throws(DecodingError) {
        do { try repeatedUInt32(field, into: &values) } catch { throw .protobuf(error) }
    }

    mutating func decodeBytes(_ field: Field) throws(DecodingError) -> [UInt8] {
        do { return try array(field) } catch { throw .protobuf(error) }
    }

    mutating func decodeString(_ field: Field) throws(DecodingError) -> String {
        do { return try string(field) } catch { throw .protobuf(error) }
    }

    mutating func decodeMessage(_ field: Field) throws(DecodingError) -> ProtobufReader {
        do { return try message(field) } catch { throw .protobuf(error) }
    }
}
