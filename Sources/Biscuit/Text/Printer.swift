/// Prints Datalog as source text.
///
/// The output is bounded: a short token can name one long string a thousand times. Past the bound, an ellipsis ends
/// the text. Strings are escaped, so that what is printed can be parsed again.
struct Printer {
    private(set) var text = ""
    private var remaining: Int
    private var isCut = false

    /// Longest text printed for one block, check or rule, in bytes.
    static let maxBytes = 1_048_576

    init(maxBytes: Int = Printer.maxBytes) {
        remaining = maxBytes
    }

    /// What `body` prints.
    static func print(_ body: (inout Printer) -> Void) -> String {
        var printer = Printer()
        body(&printer)
        return printer.text
    }

    mutating func write(_ piece: String) {
        guard !isCut else { return }
        guard piece.utf8.count <= remaining else {
            text += "…"
            isCut = true
            return
        }
        remaining -= piece.utf8.count
        text += piece
    }

    mutating func list<Element>(
        _ elements: [Element], _ separator: String = ", ", _ body: (inout Printer, Element) -> Void
    ) {
        for (index, element) in elements.enumerated() {
            if isCut { return }
            if index > 0 { write(separator) }
            body(&self, element)
        }
    }

    // MARK: - Terms

    mutating func term(_ term: Term) {
        switch term {
        case .variable(let name): write("$" + name)
        case .integer(let value): write(String(value))
        case .string(let value): string(value)
        case .date(let seconds): write(DateText.print(seconds))
        case .bytes(let bytes): write("hex:" + Hexadecimal.encode(bytes))
        case .bool(let value): write(value ? "true" : "false")
        case .null: write("null")
        case .set(let elements): enclosed(elements.isEmpty ? "{," : "{", "}") { $0.list(elements) { $0.term($1) } }
        case .array(let elements): enclosed("[", "]") { $0.list(elements) { $0.term($1) } }
        case .map(let entries): enclosed("{", "}") { $0.list(entries) { $0.entry($1) } }
        }
    }

    private mutating func entry(_ entry: MapEntry) {
        term(entry.key.term)
        write(": ")
        term(entry.value)
    }

    private mutating func enclosed(_ opening: String, _ closing: String, _ body: (inout Printer) -> Void) {
        write(opening)
        body(&self)
        write(closing)
    }

    private mutating func string(_ value: String) {
        var escaped = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": escaped += "\\\""
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        write(escaped + "\"")
    }

    // MARK: - Statements

    mutating func predicate(_ predicate: Predicate) {
        write(predicate.name + "(")
        list(predicate.terms) { $0.term($1) }
        write(")")
    }

    mutating func rule(_ rule: Rule) {
        predicate(rule.head)
        write(" <- ")
        body(rule)
    }

    mutating func body(_ rule: Rule) {
        list(rule.body) { $0.predicate($1) }
        if !rule.body.isEmpty && !rule.expressions.isEmpty { write(", ") }
        list(rule.expressions) { $0.write($1.description) }
        scopes(rule.scopes)
    }

    /// ` trusting …`, or nothing without scopes.
    mutating func scopes(_ scopes: [Scope]) {
        guard !scopes.isEmpty else { return }
        write(" trusting ")
        list(scopes) { $0.write($1.description) }
    }

    mutating func check(_ check: Check) {
        switch check.kind {
        case .one: write("check if ")
        case .all: write("check all ")
        case .reject: write("reject if ")
        }
        list(check.queries, " or ") { $0.body($1) }
    }

    mutating func policy(_ policy: Policy) {
        write(policy.kind == .allow ? "allow if " : "deny if ")
        list(policy.queries, " or ") { $0.body($1) }
    }

    mutating func statements(facts: [Fact], rules: [Rule], checks: [Check], scopes: [Scope] = []) {
        if !scopes.isEmpty {
            write("trusting ")
            list(scopes) { $0.write($1.description) }
            write(";\n")
        }
        for fact in facts { line { $0.predicate(fact.predicate) } }
        for rule in rules { line { $0.rule(rule) } }
        for check in checks { line { $0.check(check) } }
    }

    mutating func line(_ body: (inout Printer) -> Void) {
        guard !isCut else { return }
        body(&self)
        write(";\n")
    }
}

extension Term: CustomStringConvertible {
    public var description: String { Printer.print { $0.term(self) } }
}

extension Predicate: CustomStringConvertible {
    public var description: String { Printer.print { $0.predicate(self) } }
}

extension Fact: CustomStringConvertible {
    public var description: String { predicate.description }
}

extension Rule: CustomStringConvertible {
    public var description: String { Printer.print { $0.rule(self) } }
}

extension Check: CustomStringConvertible {
    public var description: String { Printer.print { $0.check(self) } }
}

extension Policy: CustomStringConvertible {
    public var description: String { Printer.print { $0.policy(self) } }
}

extension Scope: CustomStringConvertible {
    public var description: String {
        switch self {
        case .authority: "authority"
        case .previous: "previous"
        case .publicKey(let key): key.description
        }
    }
}
