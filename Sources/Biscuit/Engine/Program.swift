/// Compiled Datalog: flat arrays of small values that refer to each other by position.
///
/// An authorizer and a token are compiled once each; joining them copies the arrays and renumbers what they name.
struct Program: Sendable {
    var interner = Interner()
    /// Predicates by name and number of terms. Facts of one relation are stored together.
    private(set) var relations: [RelationKey] = []
    private var relationIndex: [RelationKey: Int] = [:]
    /// Terms of atoms and facts.
    var terms: [Value] = []
    var atoms: [Atom] = []
    var code: [Instruction] = []
    var expressions: [Range<Int>] = []
    var closures: [Closure] = []
    /// Parameters of closures, by slot.
    var closureParameters: [Int] = []
    var facts: [CompiledFact] = []
    var rules: [CompiledRule] = []
    var checks: [CompiledCheck] = []
    var queries: [CompiledRule] = []
    var policies: [CompiledPolicy] = []
    var scopes: [[Scope]] = [[]]

    /// The position of a relation, or `nil` when nothing names it.
    func knownRelation(_ key: RelationKey) -> Int? { relationIndex[key] }

    /// The position of a relation, which is added if it is new.
    mutating func relation(_ key: RelationKey) -> Int {
        if let index = relationIndex[key] { return index }
        relations.append(key)
        relationIndex[key] = relations.count - 1
        return relations.count - 1
    }

    /// The position of a list of scopes, which is added if it is new.
    mutating func scope(_ list: [Scope]) -> Int {
        if let index = scopes.firstIndex(of: list) { return index }
        scopes.append(list)
        return scopes.count - 1
    }
}

struct RelationKey: Hashable, Sendable, BitwiseCopyable {
    let name: UInt32
    let arity: UInt32
}

/// A predicate of a rule: a pattern for facts of one relation.
struct Atom: Sendable {
    var relation: Int
    /// Where the pattern stands in `Program.terms`.
    var terms: Range<Int>
}

struct CompiledFact: Sendable {
    var relation: Int
    var terms: Range<Int>
    var origin: OriginSet
}

struct CompiledRule: Sendable {
    /// Position of the head among the atoms; the body follows it.
    var head: Int
    var bodyCount: Int
    var expressions: Range<Int>
    /// Number of variables, those of closures included.
    var slotCount: Int
    /// The block the rule stands in.
    var block: OriginSet
    /// The rule's own scope and, should that be empty, its block's: positions in `Program.scopes`.
    var scope: Int
    var blockScope: Int
    /// Facts of which origins the rule sees. Known once the token is.
    var trusted = OriginSet.none

    var body: Range<Int> { head + 1..<head + 1 + bodyCount }
}

struct CompiledCheck: Sendable {
    var kind: Check.Kind
    var queries: Range<Int>
    var block: OriginSet
    /// Position among the checks of its block.
    var index: Int
}

struct CompiledPolicy: Sendable {
    var kind: Policy.Kind
    var queries: Range<Int>
}

/// One step of an expression.
enum Instruction: Sendable, BitwiseCopyable {
    case push(Value)
    case load(slot: Int)
    /// A variable no predicate binds: an error if it is reached.
    case unbound(name: UInt32)
    case unary(Wire.UnaryKind, name: UInt32)
    case binary(Wire.BinaryKind, name: UInt32)
    case closure(Int)
}

struct Closure: Sendable {
    var parameters: Range<Int>
    var code: Range<Int>
    /// A parameter named like a variable in scope, which is an error if the closure is reached.
    var shadowed: UInt32?
}

extension Wire.UnaryKind: BitwiseCopyable {}
extension Wire.BinaryKind: BitwiseCopyable {}
