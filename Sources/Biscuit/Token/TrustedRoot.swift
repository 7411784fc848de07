/// A root key the host trusts, with the id tokens name it by.
public struct TrustedRoot: Sendable, Hashable {
    /// The root key id a token must carry for this key; `nil` for tokens without one.
    public var id: UInt32?
    /// The key authority blocks must be signed with.
    public var publicKey: PublicKey

    /// A root key for tokens with this root key id.
    public init(id: UInt32? = nil, _ publicKey: PublicKey) {
        self.id = id
        self.publicKey = publicKey
    }
}
