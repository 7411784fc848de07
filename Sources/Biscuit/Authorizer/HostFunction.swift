/// A function of the host. Gets the value before the dot and the argument, if there is one.
public typealias HostFunction = @Sendable (_ value: Term, _ argument: Term?) throws(HostFunctionError) -> Term

/// Why a host function refused its arguments.
public struct HostFunctionError: Error, Hashable, Sendable {
    /// What was wrong, for a person.
    public let reason: String

    /// A refusal for this reason.
    public init(_ reason: String) {
        self.reason = reason
    }
}
