import Mutations
import Overlay

/// Two sides of a Noise handshake whose messages are changed on their way.
enum HandshakeTalk {
    static func run(_ samples: Samples, _ random: inout FuzzRandom) -> FuzzOutcome {
        let names = ["IK", "XX", "NK", "XXpsk3", "IKpsk2", "NNpsk0"]
        guard let pattern = HandshakePattern(name: names[random.below(names.count)]) else { return .broken("no pattern") }
        var sides: [HandshakeState] = []
        for role in [HandshakeState.Role.initiator, .responder] {
            guard let side = try? side(role, pattern, samples, &random) else { return .broken("no handshake") }
            sides.append(side)
        }
        var tampering = Tampering(&random)
        var isChanged = false
        var writer = 0
        while !sides[writer].isComplete {
            let payload = random.bytes(random.below(200))
            guard let message = try? sides[writer].write(payload) else { return .broken("nothing can be written") }
            let pieces = tampering.pieces(of: message, &random)
            let received = pieces.reduce([], +)
            isChanged = isChanged || received != message
            do {
                let read = try sides[1 - writer].read(received)
                guard isChanged || read == payload else { return .broken("another payload was read") }
            } catch {
                return isChanged ? .refused(error) : .broken("what was not changed is refused: \(error)")
            }
            writer = 1 - writer
        }
        return end(sides, isChanged: isChanged)
    }

    private static func side(
        _ role: HandshakeState.Role, _ pattern: HandshakePattern, _ samples: Samples, _ random: inout FuzzRandom
    ) throws -> HandshakeState {
        var source = RandomSource(seed: random.next())
        let own = samples.identities[role == .initiator ? 0 : 1].agreementKeys
        let other = samples.identities[role == .initiator ? 1 : 0].agreementKeys
        let isKnown = role == .initiator ? pattern.responderIsKnown : pattern.initiatorIsKnown
        return try HandshakeState(
            pattern: pattern, role: role, prologue: [1, 2, 3], staticKeys: own,
            ephemeralKeys: X25519.KeyPair(random: &source), remoteStatic: isKnown ? other.publicKey : nil,
            presharedKeys: (0..<pattern.presharedKeyCount).map { Secret([UInt8](repeating: UInt8($0), count: 32)) })
    }

    /// Whoever changed a message must be noticed: by its reader, or because both sides end with different keys.
    private static func end(_ sides: [HandshakeState], isChanged: Bool) -> FuzzOutcome {
        let agree = sides[0].handshakeHash == sides[1].handshakeHash
        if agree == isChanged { return .broken(isChanged ? "a change was not noticed" : "both sides disagree") }
        return .accepted(isChanged ? "different keys" : "done")
    }
}
