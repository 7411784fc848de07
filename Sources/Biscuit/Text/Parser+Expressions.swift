/// Expressions, one function per level of precedence from `||` down to methods.
///
/// Each function appends the operations of what it parsed, in the order the stack machine executes them.
extension Parser {
    mutating func expression() throws(SyntaxError) -> Expression {
        var operations: [Operation] = []
        try disjunction(&operations)
        return Expression(operations)
    }

    private mutating func disjunction(_ operations: inout [Operation]) throws(SyntaxError) {
        try conjunction(&operations)
        while consumeOperator("||") {
            var right: [Operation] = []
            try conjunction(&right)
            operations += [.closure([], right), .binary(.lazyOr)]
        }
    }

    private mutating func conjunction(_ operations: inout [Operation]) throws(SyntaxError) {
        try comparison(&operations)
        while consumeOperator("&&") {
            var right: [Operation] = []
            try comparison(&right)
            operations += [.closure([], right), .binary(.lazyAnd)]
        }
    }

    /// Comparisons do not associate: `1 < 2 < 3` needs parentheses.
    private mutating func comparison(_ operations: inout [Operation]) throws(SyntaxError) {
        try bitwiseXor(&operations)
        guard let comparison = comparisonOperator() else { return }
        try bitwiseXor(&operations)
        operations.append(.binary(comparison))
    }

    private mutating func comparisonOperator() -> BinaryOperator? {
        if consumeOperator("<=") { return .lessOrEqual }
        if consumeOperator(">=") { return .greaterOrEqual }
        if consumeOperator("<") { return .lessThan }
        if consumeOperator(">") { return .greaterThan }
        if consumeOperator("===") { return .strictEqual }
        if consumeOperator("!==") { return .strictNotEqual }
        if consumeOperator("==") { return .equal }
        if consumeOperator("!=") { return .notEqual }
        return nil
    }

    private mutating func bitwiseXor(_ operations: inout [Operation]) throws(SyntaxError) {
        try bitwiseOr(&operations)
        while consumeOperator("^") {
            try bitwiseOr(&operations)
            operations.append(.binary(.bitwiseXor))
        }
    }

    private mutating func bitwiseOr(_ operations: inout [Operation]) throws(SyntaxError) {
        try bitwiseAnd(&operations)
        while consumeOperator("|", notBefore: UInt8(ascii: "|")) {
            try bitwiseAnd(&operations)
            operations.append(.binary(.bitwiseOr))
        }
    }

    private mutating func bitwiseAnd(_ operations: inout [Operation]) throws(SyntaxError) {
        try sum(&operations)
        while consumeOperator("&", notBefore: UInt8(ascii: "&")) {
            try sum(&operations)
            operations.append(.binary(.bitwiseAnd))
        }
    }

    private mutating func sum(_ operations: inout [Operation]) throws(SyntaxError) {
        try product(&operations)
        while true {
            let kind: BinaryOperator
            if consumeOperator("+") { kind = .add } else if consumeOperator("-") { kind = .subtract } else { return }
            try product(&operations)
            operations.append(.binary(kind))
        }
    }

    private mutating func product(_ operations: inout [Operation]) throws(SyntaxError) {
        try negation(&operations)
        while true {
            let kind: BinaryOperator
            if consumeOperator("*") { kind = .multiply } else if consumeOperator("/") { kind = .divide } else { return }
            try negation(&operations)
            operations.append(.binary(kind))
        }
    }

    /// `!` applies to a whole sum.
    private mutating func negation(_ operations: inout [Operation]) throws(SyntaxError) {
        skipSpace()
        guard consume("!") else { return try methods(&operations) }
        try enter()
        try sum(&operations)
        leave()
        operations.append(.unary(.negate))
    }

    private mutating func consumeOperator(_ text: StaticString, notBefore: UInt8? = nil) -> Bool {
        let start = position
        skipSpace()
        guard consume(text) else {
            position = start
            return false
        }
        if let notBefore, peek() == notBefore {
            position = start
            return false
        }
        return true
    }
}

// MARK: - Methods

extension Parser {
    private mutating func methods(_ operations: inout [Operation]) throws(SyntaxError) {
        let start = operations.count
        try operand(&operations)
        while consume(".") {
            let place = position
            let isExternal = consume("extern::")
            guard let name = name(), consume("(") else {
                throw failure("expected a method, found \(found)", at: place)
            }
            skipSpace()
            if consume(")") {
                operations.append(.unary(try unaryMethod(name, isExternal, at: place)))
            } else {
                let method = try binaryMethod(name, isExternal, at: place)
                try argument(of: method, from: start, &operations)
            }
        }
    }

    private mutating func operand(_ operations: inout [Operation]) throws(SyntaxError) {
        skipSpace()
        guard consume("(") else {
            operations.append(.value(try term(.rule)))
            return
        }
        try enter()
        try disjunction(&operations)
        leave()
        try expect(")", ") or an operator")
        operations.append(.unary(.parentheses))
    }

    private func unaryMethod(_ name: String, _ isExternal: Bool, at place: Int) throws(SyntaxError) -> UnaryOperator {
        switch name {
        case _ where isExternal: return .external(name)
        case "length": return .length
        case "type": return .typeOf
        default: throw failure("there is no method .\(name)()", at: place)
        }
    }

    private func binaryMethod(_ name: String, _ isExternal: Bool, at place: Int) throws(SyntaxError) -> BinaryOperator {
        switch name {
        case _ where isExternal: return .external(name)
        case "contains": return .contains
        case "starts_with": return .startsWith
        case "ends_with": return .endsWith
        case "matches": return .matches
        case "intersection": return .intersection
        case "union": return .union
        case "all": return .all
        case "any": return .any
        case "get": return .get
        case "try_or": return .tryOr
        default: throw failure("there is no method .\(name)(…)", at: place)
        }
    }

    private mutating func argument(
        of method: BinaryOperator, from start: Int, _ operations: inout [Operation]
    ) throws(SyntaxError) {
        try enter()
        switch method {
        case .all, .any:
            let parameter = try variableName()
            try expect("->", "-> after the parameter")
            operations.append(.closure([parameter], try expression().operations))
        case .tryOr:
            let left = Array(operations[start...])
            operations.removeSubrange(start...)
            operations.append(.closure([], left))
            try disjunction(&operations)
        default:
            try disjunction(&operations)
        }
        leave()
        try expect(")", ") after the argument")
        operations.append(.binary(method))
    }
}
