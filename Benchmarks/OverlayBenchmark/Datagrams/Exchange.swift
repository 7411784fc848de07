import CSodium

/// What is measured.
enum Exchange: CaseIterable {
    /// With somebody never met: handshake, question and answer in one round trip.
    case first
    /// On a session.
    case session

    /// Bytes of answers: what a datagram has room for beside an introduction, and without one.
    private var answerLength: Int { self == .first ? 600 : 1_170 }

    var title: String {
        switch self {
        case .first: "first packet and its answer"
        case .session: "question and answer on a session"
        }
    }

    /// Between two who have never met, or after they have.
    func countRoundTrips() throws -> Int {
        var pair = EndpointPair()
        if self == .session { try pair.ask(isFirst: true, answer: 0) }
        return try pair.ask(isFirst: self == .first, answer: answerLength)
    }

    func perform(on pair: inout EndpointPair) throws {
        try pair.ask(isFirst: self == .first, answer: answerLength)
    }

    /// The key agreements and encryptions that no implementation can leave out, of both ends.
    func performPrimitives() {
        switch self {
        case .first:
            // Two fresh key pairs, four agreements at each end.
            for _ in 0..<2 { Self.agree(base: true) }
            for _ in 0..<8 { Self.agree(base: false) }
            Self.encrypt(1_163)
            Self.encrypt(answerLength + 500)
        case .session:
            Self.encrypt(40)
            Self.encrypt(answerLength)
        }
    }

    private static func agree(base: Bool) {
        var output = [UInt8](repeating: 0, count: 32)
        let (secret, point) = ([UInt8](repeating: 5, count: 32), [UInt8](repeating: 9, count: 32))
        _ = base ? crypto_scalarmult_base(&output, secret) : crypto_scalarmult(&output, secret, point)
    }

    /// Seals and opens.
    private static func encrypt(_ length: Int) {
        let plaintext = [UInt8](repeating: 3, count: length)
        var region = [UInt8](repeating: 0, count: length + 16)
        let (key, nonce) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 0, count: 12))
        _ = crypto_aead_chacha20poly1305_ietf_encrypt(
            &region, nil, plaintext, UInt64(length), nil, 0, nil, nonce, key)
        var output = [UInt8](repeating: 0, count: length)
        _ = crypto_aead_chacha20poly1305_ietf_decrypt(
            &output, nil, nil, region, UInt64(region.count), nil, 0, nonce, key)
    }
}
