/// A test over the variables of a rule, as a program for a stack machine.
public struct Expression: Sendable, Hashable {
    /// The steps in the order they are executed.
    public var operations: [Operation]

    /// An expression of these steps.
    public init(_ operations: [Operation]) {
        self.operations = operations
    }
}

/// One step of an expression.
public indirect enum Operation: Sendable, Hashable {
    /// Pushes a value, or the value bound to a variable.
    case value(Term)
    case unary(UnaryOperator)
    case binary(BinaryOperator)
    /// Pushes a function of the named parameters.
    case closure([String], [Operation])
}

/// An operator on one value.
public enum UnaryOperator: Sendable, Hashable {
    case negate
    /// Returns its argument; kept so that printing restores the parentheses.
    case parentheses
    case length
    /// `.type()`: the name of the type of the value.
    case typeOf
    /// `.extern::name()`: a function of the host.
    case external(String)
}

/// An operator on two values.
public enum BinaryOperator: Sendable, Hashable {
    case lessThan, greaterThan, lessOrEqual, greaterOrEqual
    /// `===`: an error between different types.
    case strictEqual
    /// `!==`: an error between different types.
    case strictNotEqual
    /// `==`: false between different types.
    case equal
    /// `!=`: true between different types.
    case notEqual
    case contains, startsWith, endsWith, matches
    case add, subtract, multiply, divide
    /// `&&!`: both sides are evaluated.
    case and
    /// `||!`: both sides are evaluated.
    case or
    case intersection, union
    case bitwiseAnd, bitwiseOr, bitwiseXor
    /// `&&`: the right side is a closure, evaluated only when needed.
    case lazyAnd
    /// `||`: the right side is a closure, evaluated only when needed.
    case lazyOr
    case all, any, get
    /// `.try_or(…)`: the left side is a closure; the right side is the value should it fail.
    case tryOr
    /// `.extern::name(…)`: a function of the host.
    case external(String)
}
