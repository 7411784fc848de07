/// Why an evaluation ended without a decision. The host must treat it as a refusal.
public enum ExecutionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A bound of `RunLimits` was reached.
    case limitReached(Limit)
    /// An operator was applied to types it is not defined on, or a test was not a boolean.
    case invalidType
    /// An integer operation left the range of 64 bits.
    case overflow
    /// A division by zero, or of the smallest integer by -1.
    case divisionByZero
    /// An expression uses a variable no predicate binds.
    case unknownVariable(String)
    /// A closure names its parameter like a variable already in scope.
    case shadowedVariable(String)
    /// An expression does not leave exactly one value.
    case invalidStack
    /// No host function is registered under this name.
    case unknownFunction(String)
    /// A host function failed.
    case functionFailed(String, String)
    /// A pattern uses a feature of regular expressions this implementation does not have.
    case unsupportedPattern(String)

    /// Which bound was reached, with its value.
    public enum Limit: Hashable, Sendable {
        case facts(Int), iterations(Int), steps(Int), createdBytes(Int), regexInstructions(Int), nesting(Int)
    }

    public var description: String {
        switch self {
        case .limitReached(.facts(let limit)): "the evaluation reached its limit of \(limit) facts"
        case .limitReached(.iterations(let limit)): "the evaluation reached its limit of \(limit) iterations"
        case .limitReached(.steps(let limit)): "the evaluation reached its limit of \(limit) steps"
        case .limitReached(.createdBytes(let limit)): "expressions created more than \(limit) bytes"
        case .limitReached(.regexInstructions(let limit)):
            "a regular expression compiles to more than \(limit) instructions"
        case .limitReached(.nesting(let limit)): "a value nests more than \(limit) levels deep"
        case .invalidType: "invalid type"
        case .overflow: "integer overflow"
        case .divisionByZero: "division by zero"
        case .unknownVariable(let name): "unknown variable $\(name)"
        case .shadowedVariable(let name): "the closure parameter $\(name) shadows a variable"
        case .invalidStack: "wrong number of elements on the stack"
        case .unknownFunction(let name): "no host function \(name) is registered"
        case .functionFailed(let name, let reason): "host function \(name) failed: \(reason)"
        case .unsupportedPattern(let reason): "unsupported regular expression: \(reason)"
        }
    }
}
