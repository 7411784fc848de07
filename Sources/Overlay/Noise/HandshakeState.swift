/// One side of a Noise handshake with 25519, ChaChaPoly and SHA256 (Noise specification, section 5.3).
///
/// A value: a message that fails to be read leaves a copy made before it usable. After the last message ``split()``
/// gives the transport keys.
public struct HandshakeState: Sendable {
    /// Who writes the first message.
    public enum Role: Hashable, Sendable {
        case initiator, responder
    }

    /// Longest Noise message, in bytes.
    public static let maximumMessage = 65_535

    private let pattern: HandshakePattern
    private let role: Role
    private var symmetric: SymmetricState
    private let staticKeys: X25519.KeyPair?
    private let ephemeralKeys: X25519.KeyPair
    /// The other side's static key, once known.
    public private(set) var remoteStatic: Bytes32?
    private var remoteEphemeral: Bytes32?
    private var presharedKeys: ArraySlice<Secret>
    private var nextMessage = 0

    /// - Parameters:
    ///   - prologue: bytes that both sides must have alike.
    ///   - staticKeys: this side's long-term keys, where the pattern has any.
    ///   - ephemeralKeys: fresh keys of this handshake; never used twice.
    ///   - remoteStatic: the other side's static key, where the pattern knows it beforehand.
    ///   - presharedKeys: one of 32 bytes per `psk` token, in order.
    public init(
        pattern: HandshakePattern, role: Role, prologue: [UInt8] = [], staticKeys: X25519.KeyPair? = nil,
        ephemeralKeys: X25519.KeyPair, remoteStatic: Bytes32? = nil, presharedKeys: [Secret] = []
    ) throws(NoiseError) {
        self.pattern = pattern
        self.role = role
        self.staticKeys = staticKeys
        self.ephemeralKeys = ephemeralKeys
        self.remoteStatic = remoteStatic
        self.presharedKeys = presharedKeys[...]
        guard presharedKeys.count == pattern.presharedKeyCount, presharedKeys.allSatisfy({ $0.count == 32 }) else {
            throw .missingKey
        }
        symmetric = SymmetricState(protocolName: "Noise_\(pattern.name)_25519_ChaChaPoly_SHA256")
        symmetric.mixHash(prologue)
        let local = staticKeys?.publicKey
        let (initiator, responder) = role == .initiator ? (local, remoteStatic) : (remoteStatic, local)
        if pattern.initiatorIsKnown { try mixKnown(initiator) }
        if pattern.responderIsKnown { try mixKnown(responder) }
    }

    private mutating func mixKnown(_ key: Bytes32?) throws(NoiseError) {
        guard let key else { throw .missingKey }
        symmetric.mixHash(key)
    }

    /// Whether all messages have been written and read.
    public var isComplete: Bool { nextMessage == pattern.messages.count }

    /// The hash of the whole handshake, which names the session (channel binding). Final once complete.
    public var handshakeHash: Bytes32 { symmetric.hash }

    /// The public half of this side's ephemeral keys.
    public var ephemeralKey: Bytes32 { ephemeralKeys.publicKey }

    private var isWriting: Bool { (nextMessage % 2 == 0) == (role == .initiator) }

    /// The next message of this side.
    public mutating func write(_ payload: [UInt8]) throws(NoiseError) -> [UInt8] {
        guard !isComplete, isWriting else { throw .outOfTurn }
        var message: [UInt8] = []
        for token in pattern.messages[nextMessage] {
            switch token {
            case .e:
                message += ephemeralKeys.publicKey.array
                mixEphemeral(ephemeralKeys.publicKey)
            case .s:
                guard let staticKeys else { throw .missingKey }
                message += try symmetric.encryptAndHash(staticKeys.publicKey.array)
            case .ee, .es, .se, .ss, .psk:
                try mixSecret(token)
            }
        }
        message += try symmetric.encryptAndHash(payload)
        guard message.count <= Self.maximumMessage else { throw .tooLong }
        nextMessage += 1
        return message
    }

    /// The payload of the other side's next message. After an error the state is of no more use.
    public mutating func read(_ message: [UInt8]) throws(NoiseError) -> [UInt8] {
        guard !isComplete, !isWriting else { throw .outOfTurn }
        guard message.count <= Self.maximumMessage else { throw .tooLong }
        var rest = message[...]
        for token in pattern.messages[nextMessage] {
            switch token {
            case .e:
                let key = try Self.key(Self.take(X25519.keyLength, from: &rest))
                remoteEphemeral = key
                mixEphemeral(key)
            case .s:
                let length = X25519.keyLength + (symmetric.hasKey ? ChaChaPoly.tagLength : 0)
                remoteStatic = try Self.key(symmetric.decryptAndHash(Self.take(length, from: &rest)))
            case .ee, .es, .se, .ss, .psk:
                try mixSecret(token)
            }
        }
        let payload = try symmetric.decryptAndHash(Array(rest))
        nextMessage += 1
        return payload
    }

    private static func take(_ count: Int, from rest: inout ArraySlice<UInt8>) throws(NoiseError) -> [UInt8] {
        guard rest.count >= count else { throw .truncated }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    private static func key(_ bytes: [UInt8]) throws(NoiseError) -> Bytes32 {
        guard let key = Bytes32(bytes) else { throw .truncated }
        return key
    }

    private mutating func mixEphemeral(_ key: Bytes32) {
        symmetric.mixHash(key)
        if pattern.usesPresharedKeys { symmetric.mixKey(key) }
    }

    private mutating func mixSecret(_ token: HandshakePattern.Token) throws(NoiseError) {
        switch (token, role) {
        case (.ee, _): try agree(ephemeralKeys, remoteEphemeral)
        case (.ss, _): try agree(staticKeys, remoteStatic)
        case (.es, .initiator), (.se, .responder): try agree(ephemeralKeys, remoteStatic)
        case (.se, .initiator), (.es, .responder): try agree(staticKeys, remoteEphemeral)
        case (.psk, _):
            guard let key = presharedKeys.popFirst() else { throw .missingKey }
            symmetric.mixKeyAndHash(key)
        case (.e, _), (.s, _): preconditionFailure("\(token) is sent, not mixed in")
        }
    }

    private mutating func agree(_ local: X25519.KeyPair?, _ remote: Bytes32?) throws(NoiseError) {
        guard let local, let remote else { throw .missingKey }
        guard let secret = X25519.agree(local, with: remote) else { throw .badPublicKey }
        symmetric.mixKey(secret)
    }

    /// The keys for what follows the handshake. In one-way patterns only the initiator's `sending` is used.
    /// - Precondition: the handshake is complete.
    public func split() -> (sending: CipherState, receiving: CipherState) {
        precondition(isComplete, "the handshake has messages left")
        let (first, second) = symmetric.split()
        return role == .initiator ? (first, second) : (second, first)
    }
}
