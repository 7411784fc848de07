/// Whose facts a rule, check, policy or block trusts, beside the authorizer's and its own block's.
public enum Scope: Sendable, Hashable {
    /// The first block.
    case authority
    /// Every block up to the current one. Ignored in an authorizer.
    case previous
    /// Third-party blocks signed by this key.
    case publicKey(PublicKey)
}
