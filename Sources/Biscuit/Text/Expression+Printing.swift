extension Expression: CustomStringConvertible {
    /// The expression in infix form, or `<invalid expression: …>` when its operations do not leave one value.
    public var description: String {
        Expression.print(operations)
            ?? "<invalid expression: [\(operations.isEmpty ? "" : "\(operations.count) operations")]>"
    }

    private static func print(_ operations: [Operation]) -> String? {
        var stack: [String] = []
        var size = 0
        for operation in operations {
            guard let piece = print(operation, &stack) else { return nil }
            size += piece.utf8.count
            guard size <= Printer.maxBytes else { return "…" }
            stack.append(piece)
        }
        return stack.count == 1 ? stack[0] : nil
    }

    private static func print(_ operation: Operation, _ stack: inout [String]) -> String? {
        switch operation {
        case .value(let term): return term.description
        case .unary(let kind): return stack.popLast().map { print(kind, $0) }
        case .binary(let kind):
            guard let right = stack.popLast(), let left = stack.popLast() else { return nil }
            return print(kind, left, right)
        case .closure(let parameters, let body):
            guard let text = print(body) else { return nil }
            return parameters.isEmpty ? text : parameters.map { "$" + $0 }.joined(separator: ", ") + " -> " + text
        }
    }

    private static func print(_ kind: UnaryOperator, _ value: String) -> String {
        switch kind {
        case .negate: "!\(value)"
        case .parentheses: "(\(value))"
        case .length: "\(value).length()"
        case .typeOf: "\(value).type()"
        case .external(let name): "\(value).extern::\(name)()"
        }
    }

    private static func print(_ kind: BinaryOperator, _ left: String, _ right: String) -> String {
        if let infix = kind.infix { return "\(left) \(infix) \(right)" }
        return "\(left).\(kind.method)(\(right))"
    }
}

extension BinaryOperator {
    /// The sign between the operands, or `nil` for methods.
    fileprivate var infix: String? {
        switch self {
        case .lessThan: "<"
        case .greaterThan: ">"
        case .lessOrEqual: "<="
        case .greaterOrEqual: ">="
        case .strictEqual: "==="
        case .strictNotEqual: "!=="
        case .equal: "=="
        case .notEqual: "!="
        case .add: "+"
        case .subtract: "-"
        case .multiply: "*"
        case .divide: "/"
        case .and: "&&!"
        case .or: "||!"
        case .lazyAnd: "&&"
        case .lazyOr: "||"
        case .bitwiseAnd: "&"
        case .bitwiseOr: "|"
        case .bitwiseXor: "^"
        default: nil
        }
    }

    fileprivate var method: String {
        switch self {
        case .contains: "contains"
        case .startsWith: "starts_with"
        case .endsWith: "ends_with"
        case .matches: "matches"
        case .intersection: "intersection"
        case .union: "union"
        case .all: "all"
        case .any: "any"
        case .get: "get"
        case .tryOr: "try_or"
        case .external(let name): "extern::" + name
        default: ""
        }
    }
}
