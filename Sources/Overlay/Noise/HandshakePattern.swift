/// Who sends which keys when, and which secrets are mixed in (Noise specification, sections 7 to 9).
public struct HandshakePattern: Hashable, Sendable {
    /// What a message carries or mixes in.
    public enum Token: Hashable, Sendable {
        case e, s, ee, es, se, ss, psk
    }

    /// The fundamental name with its modifiers, such as `XXpsk3`.
    public let name: String
    /// Whether the responder knows the initiator's static key beforehand.
    public let initiatorIsKnown: Bool
    /// Whether the initiator knows the responder's static key beforehand.
    public let responderIsKnown: Bool
    /// Tokens per message, the first from the initiator, then in turn.
    public let messages: [[Token]]

    /// Whether only the initiator sends, also after the handshake.
    public var isOneWay: Bool { messages.count == 1 }

    /// Whether the pattern mixes in pre-shared keys, which also changes how ephemeral keys are treated.
    public var usesPresharedKeys: Bool { presharedKeyCount > 0 }

    /// How many pre-shared keys the pattern mixes in.
    public var presharedKeyCount: Int { messages.joined().count { $0 == .psk } }

    /// - Parameter name: a fundamental pattern, optionally with modifiers such as `psk0+psk2`.
    /// - Returns: nil for a pattern or a modifier that does not exist.
    public init?(name: String) {
        let base = name.prefix { $0.isUppercase }
        guard let row = Self.fundamental.first(where: { $0.name == base }) else { return nil }
        var messages = row.messages
        let modifiers = name.dropFirst(base.count)
        for modifier in modifiers.isEmpty ? [] : modifiers.split(separator: "+", omittingEmptySubsequences: false) {
            guard modifier.hasPrefix("psk"), let position = Int(modifier.dropFirst(3)) else { return nil }
            guard (0...messages.count).contains(position) else { return nil }
            if position == 0 {
                messages[0].insert(.psk, at: 0)
            } else {
                messages[position - 1].append(.psk)
            }
        }
        self.name = name
        initiatorIsKnown = row.initiatorIsKnown
        responderIsKnown = row.responderIsKnown
        self.messages = messages
    }

    private init(_ name: String, initiatorKnown: Bool = false, responderKnown: Bool = false, _ messages: [[Token]]) {
        self.name = name
        initiatorIsKnown = initiatorKnown
        responderIsKnown = responderKnown
        self.messages = messages
    }

    /// Neither side knows the other's key; both are proved and hidden from listeners: TCP connections.
    public static let xx = HandshakePattern("XX", [[.e], [.e, .ee, .s, .es], [.s, .se]])
    /// The initiator knows the responder's key, and proves its own at once: one round trip.
    public static let ik = HandshakePattern("IK", responderKnown: true, [[.e, .es, .s, .ss], [.e, .ee, .se]])
    /// ``ik`` with a pre-shared key in the first message: private meshes.
    public static let ikPSK1 = HandshakePattern(
        "IKpsk1", responderKnown: true, [[.e, .es, .s, .ss, .psk], [.e, .ee, .se]])

    private static let fundamental: [HandshakePattern] = [
        HandshakePattern("N", responderKnown: true, [[.e, .es]]),
        HandshakePattern("K", initiatorKnown: true, responderKnown: true, [[.e, .es, .ss]]),
        HandshakePattern("X", responderKnown: true, [[.e, .es, .s, .ss]]),
        HandshakePattern("NN", [[.e], [.e, .ee]]),
        HandshakePattern("NK", responderKnown: true, [[.e, .es], [.e, .ee]]),
        HandshakePattern("NX", [[.e], [.e, .ee, .s, .es]]),
        HandshakePattern("XN", [[.e], [.e, .ee], [.s, .se]]),
        HandshakePattern("XK", responderKnown: true, [[.e, .es], [.e, .ee], [.s, .se]]),
        xx,
        HandshakePattern("KN", initiatorKnown: true, [[.e], [.e, .ee, .se]]),
        HandshakePattern("KK", initiatorKnown: true, responderKnown: true, [[.e, .es, .ss], [.e, .ee, .se]]),
        HandshakePattern("KX", initiatorKnown: true, [[.e], [.e, .ee, .se, .s, .es]]),
        HandshakePattern("IN", [[.e, .s], [.e, .ee, .se]]),
        ik,
        HandshakePattern("IX", [[.e, .s], [.e, .ee, .se, .s, .es]]),
    ]
}
