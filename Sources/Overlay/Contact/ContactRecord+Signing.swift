extension ContactRecord {
    /// Signs a contact of the node whose keys are `identity`.
    ///
    /// Refuses what another node would refuse by its form: sizes, counts and the ttl, which is cut to whole seconds.
    public init(
        signedBy identity: Identity, sequence: UInt64, issuedAt: WallTime, timeToLive: TimeSpan,
        roles: ContactRoles, addresses: [Multiaddr], settings: ContactSettings = ContactSettings()
    ) throws(ContactRefusal) {
        let contact = Contact(
            peer: identity.peerID, sequence: sequence, issuedAt: issuedAt, timeToLive: timeToLive, roles: roles,
            addresses: addresses)
        guard addresses.count <= settings.addressCount else { throw .tooManyAddresses(addresses.count) }
        let body = Self.body(of: contact)
        try self.init(decoding: body + identity.sign(Self.signedMessage(body)), settings: settings)
    }

    /// The domain-separated bytes under the signature.
    static func signedMessage(_ body: some Sequence<UInt8>) -> [UInt8] {
        Array("sam contact v1".utf8) + [0] + body
    }
}
