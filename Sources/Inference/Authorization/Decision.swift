/// Whether a caller may use a service.
public enum Decision: Hashable, Sendable {
    /// With the policy that decided, as Datalog text; for the audit log.
    case allowed(policy: String)
    case refused(Refusal)

    /// No, with what to tell the caller and what to write in the host's log.
    public struct Refusal: Error, Hashable, Sendable {
        /// 401 when the token itself is of no use, 403 when it does not reach this far.
        public var status: Int
        /// A word for machines.
        public var code: String
        /// For the caller: what was missing and what would grant it.
        public var message: String
        /// For the host's log: everything that spoke against it.
        public var detail: String
    }

    public var isAllowed: Bool {
        if case .allowed = self { true } else { false }
    }
}
