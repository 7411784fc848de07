extension Machine {
    /// Executes instructions on top of the stack; they must leave exactly one value.
    ///
    /// Recursion is as deep as closures nest, which decoder and parser bound.
    mutating func evaluate(_ code: Range<Int>) throws(ExecutionError) -> Value {
        let base = stack.count
        for index in code {
            try charge(1)
            switch program.code[index] {
            case .push(let value): stack.append(value)
            case .load(let slot): stack.append(slots[slot])
            case .unbound(let name): throw .unknownVariable(interner.bytes.string(name))
            case .closure(let closure): stack.append(.closure(closure))
            case .unary(let kind, let name): try unary(kind, name, base)
            case .binary(let kind, let name): try binary(kind, name, base)
            }
        }
        guard stack.count == base + 1, let result = stack.popLast(), result.type != .closure else {
            throw .invalidStack
        }
        return result
    }

    private mutating func unary(_ kind: Wire.UnaryKind, _ name: UInt32, _ base: Int) throws(ExecutionError) {
        guard stack.count > base, let value = stack.popLast(), value.type != .closure else { throw .invalidStack }
        stack.append(try apply(kind, value, name))
    }

    private mutating func binary(_ kind: Wire.BinaryKind, _ name: UInt32, _ base: Int) throws(ExecutionError) {
        guard stack.count >= base + 2, let right = stack.popLast(), let left = stack.popLast() else {
            throw .invalidStack
        }
        switch (left.type == .closure, right.type == .closure) {
        case (false, false): stack.append(try apply(kind, left, right, name))
        case (false, true): stack.append(try apply(kind, left, program.closures[right.slot]))
        case (true, false): stack.append(try apply(kind, right, program.closures[left.slot]))
        case (true, true): throw .invalidStack
        }
    }

    private mutating func apply(
        _ kind: Wire.BinaryKind, _ value: Value, _ closure: Closure
    ) throws(ExecutionError) -> Value {
        if let name = closure.shadowed { throw .shadowedVariable(interner.bytes.string(name)) }
        switch (kind, closure.parameters.count, value.type) {
        case (.tryOr, 0, _): return try evaluate(closure, orElse: value)
        case (.lazyOr, 0, .bool): return value.bool ? value : try evaluate(closure.code)
        case (.lazyAnd, 0, .bool): return value.bool ? try evaluate(closure.code) : value
        case (.all, 1, .set), (.all, 1, .array), (.all, 1, .map):
            return .bool(try !contains(elements(of: value), where: closure, is: false))
        case (.any, 1, .set), (.any, 1, .array), (.any, 1, .map):
            return .bool(try contains(elements(of: value), where: closure, is: true))
        default: throw .invalidType
        }
    }

    /// The value of the closure, or `fallback` should it fail. A limit that was reached stays reached.
    private mutating func evaluate(_ closure: Closure, orElse fallback: Value) throws(ExecutionError) -> Value {
        let base = stack.count
        do {
            return try evaluate(closure.code)
        } catch {
            switch error {
            case .limitReached, .unsupportedPattern: throw error
            default:
                stack.removeSubrange(base...)
                return fallback
            }
        }
    }

    /// What closures are applied to: the elements, or `[key, value]` for each entry of a map.
    private mutating func elements(of value: Value) throws(ExecutionError) -> [Value] {
        let sequence = Array(interner.sequences[value.id])
        try charge(sequence.count)
        guard value.type == .map else { return sequence }
        let pairs = stride(from: 0, to: sequence.count - 1, by: 2).map { index in
            interner.array([sequence[index], sequence[index + 1]])
        }
        try checkSize()
        return pairs
    }

    /// Whether the closure returns `expected` for one of the elements; the first one ends the search.
    private mutating func contains(
        _ elements: [Value], where closure: Closure, is expected: Bool
    ) throws(ExecutionError) -> Bool {
        let slot = program.closureParameters[closure.parameters.lowerBound]
        for element in elements {
            slots[slot] = element
            let result = try evaluate(closure.code)
            guard result.type == .bool else { throw .invalidType }
            if result.bool == expected { return true }
        }
        return false
    }
}
