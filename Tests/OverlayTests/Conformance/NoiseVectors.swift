import Testing

@testable import Overlay

/// Noise handshakes against the shared vectors.
@Suite(.enabled(if: Conformance.isPresent, Conformance.absence))
struct NoiseVectors {
    private static let suite = "_25519_ChaChaPoly_SHA256"

    /// One side as a vector describes it; `prefix` is `init` or `resp`.
    private static func side(
        _ vector: JSON, _ prefix: String, pattern: HandshakePattern
    ) throws -> HandshakeState {
        let fixed = X25519.KeyPair(secret: [UInt8](repeating: 1, count: 32))
        let ephemeral = try optionalHex(vector["\(prefix)_ephemeral"]).flatMap { X25519.KeyPair(secret: $0) }
        return try HandshakeState(
            pattern: pattern, role: prefix == "init" ? .initiator : .responder,
            prologue: optionalHex(vector["\(prefix)_prologue"]) ?? [],
            staticKeys: optionalHex(vector["\(prefix)_static"]).flatMap { X25519.KeyPair(secret: $0) },
            // One-way patterns give the responder no ephemeral key, and it needs none.
            ephemeralKeys: try #require(ephemeral ?? fixed),
            remoteStatic: optionalHex(vector["\(prefix)_remote_static"]).flatMap { Bytes32($0) },
            presharedKeys: vector["\(prefix)_psks"].items.map { Secret(try $0.requireHex()) })
    }

    private static func optionalHex(_ value: JSON) throws -> [UInt8]? {
        value.text == nil ? nil : try value.requireHex()
    }

    private static func pattern(_ vector: JSON) throws -> HandshakePattern? {
        let name = try vector["protocol_name"].requireText()
        guard name.hasSuffix(suite) else { return nil }
        let pattern = HandshakePattern(name: String(name.dropFirst("Noise_".count).dropLast(suite.count)))
        guard let pattern else { throw MissingField() }
        return pattern
    }

    @Test(arguments: ["cacophony", "snow", "fresh"]) func handshakes(name: String) throws {
        var tally = Tally("noise/\(name).json")
        for vector in try Conformance.load("noise/\(name).json")["vectors"].items {
            guard let pattern = try Self.pattern(vector) else {
                tally.skip("another suite than ChaChaPoly with SHA256")
                continue
            }
            tally.run(pattern.name) { try Self.check(vector, pattern) }
        }
        tally.finish()
    }

    private static func check(_ vector: JSON, _ pattern: HandshakePattern) throws -> Bool {
        var sides = [try side(vector, "init", pattern: pattern), try side(vector, "resp", pattern: pattern)]
        let messages = vector["messages"].items
        for (index, message) in messages.prefix(pattern.messages.count).enumerated() {
            let payload = try message["payload"].requireHex()
            let written = try sides[index % 2].write(payload)
            guard try written == message["ciphertext"].requireHex() else { return false }
            guard try sides[1 - index % 2].read(written) == payload else { return false }
        }
        guard sides.allSatisfy(\.isComplete), sides[0].handshakeHash == sides[1].handshakeHash else { return false }
        if let hash = try optionalHex(vector["handshake_hash"]), hash != sides[0].handshakeHash.array { return false }
        var transports = sides.map { $0.split() }
        let rest = messages.dropFirst(pattern.messages.count)
        guard try exchange(rest, from: pattern.messages.count, oneWay: pattern.isOneWay, &transports) else {
            return false
        }
        guard !vector["after_rekey"].items.isEmpty else { return true }
        for index in transports.indices {
            transports[index].sending.rekey()
            transports[index].receiving.rekey()
        }
        return try exchange(
            vector["after_rekey"].items[...], from: 0, oneWay: pattern.isOneWay, &transports)
    }

    private typealias Transport = (sending: CipherState, receiving: CipherState)

    private static func exchange(
        _ messages: ArraySlice<JSON>, from start: Int, oneWay: Bool, _ transports: inout [Transport]
    ) throws -> Bool {
        for (offset, message) in messages.enumerated() {
            let sender = message["from"].text.map { $0 == "initiator" ? 0 : 1 } ?? (oneWay ? 0 : (start + offset) % 2)
            let payload = try message["payload"].requireHex()
            var sealed = Bytes(bytes: payload)
            try transports[sender].sending.seal(&sealed, associated: [UInt8]())
            guard try sealed.array == message["ciphertext"].requireHex() else { return false }
            var opened = Bytes()
            try transports[1 - sender].receiving.open(sealed, appendingTo: &opened, associated: [UInt8]())
            guard opened.array == payload else { return false }
        }
        return true
    }

    @Test func refusals() throws {
        var tally = Tally("noise/fresh_negative.json")
        let file = try Conformance.load("noise/fresh_negative.json")
        for vector in file["cases"].items {
            guard let pattern = try Self.pattern(vector) else {
                tally.skip("another suite than ChaChaPoly with SHA256")
                continue
            }
            tally.run("\(pattern.name): \(vector["what"].text ?? "")") { try Self.checkRefusal(vector, pattern) }
        }
        for point in file["x25519_low_order_points"].items {
            tally.run("low-order point") {
                let pair = try #require(X25519.KeyPair(secret: [UInt8](repeating: 7, count: 32)))
                return X25519.agree(pair, with: try #require(Bytes32(point.requireHex()))) == nil
            }
        }
        tally.finish()
    }

    /// The message that is named has to be refused by the side that is named, and none before it.
    private static func checkRefusal(_ vector: JSON, _ pattern: HandshakePattern) throws -> Bool {
        var sides = [
            try side(vector["init"], "init", pattern: pattern), try side(vector["resp"], "resp", pattern: pattern),
        ]
        let failing = try #require(vector["first_failing_message"].int)
        for index in 0...failing {
            let payload = try optionalHex(
                index < vector["payloads"].items.count ? vector["payloads"].items[index] : .null)
            let wire = index < vector["wire"].items.count ? try optionalHex(vector["wire"].items[index]) : nil
            let message = try wire ?? sides[index % 2].write(payload ?? [])
            do {
                _ = try sides[1 - index % 2].read(message)
                guard index < failing else { return false }
            } catch {
                return index == failing && vector["failing_reader"].text == (index % 2 == 0 ? "responder" : "initiator")
            }
        }
        return false
    }

    @Test func libp2pHandshakes() throws {
        var tally = Tally("libp2p/noise_handshake.json")
        let file = try Conformance.load("libp2p/noise_handshake.json")
        for vector in file["cases"].items {
            tally.run("handshake \(vector["id"].int ?? 0)") { try Self.checkLibP2P(vector) }
        }
        for vector in file["payload_checks"].items {
            let why = vector["why"].text ?? ""
            let key = try #require(Bytes32(vector["remote_static_public"].requireHex()))
            let payload = try vector["payload"].requireHex()
            if vector["valid"].flag == true {
                tally.run(why) {
                    try PeerID(NoisePayload(payload, proving: key).publicKey).text == vector["peer_id"].text
                }
            } else {
                tally.refuses(why) { _ = try NoisePayload(payload, proving: key) }
            }
        }
        tally.finish()
    }

    private static func checkLibP2P(_ vector: JSON) throws -> Bool {
        let muxers = vector["stream_muxers"].items.compactMap(\.text)
        var sides: [HandshakeState] = []
        var payloads: [[UInt8]] = []
        for role in ["initiator", "responder"] {
            let keys = try #require(X25519.KeyPair(secret: vector[role]["noise_static"].requireHex()))
            let identity = try #require(Identity(seed: vector[role]["seed"].requireHex()))
            let payload = NoisePayload(proving: keys.publicKey, of: identity, muxers: muxers)
            guard try payload.encoded == vector[role]["payload"].requireHex() else { return false }
            guard try NoisePayload(payload.encoded, proving: keys.publicKey) == payload else { return false }
            payloads.append(payload.encoded)
            sides.append(
                try HandshakeState(
                    pattern: .xx, role: role == "initiator" ? .initiator : .responder, staticKeys: keys,
                    ephemeralKeys: try #require(X25519.KeyPair(secret: vector[role]["noise_ephemeral"].requireHex()))))
        }
        for (index, frame) in vector["frames"].items.enumerated() {
            let payload = index == 0 ? [] : payloads[2 - index == 0 ? 0 : 1]
            let message = try sides[index % 2].write(payload)
            guard try SecureChannel.frame(message).array == frame.requireHex() else { return false }
            guard try sides[1 - index % 2].read(message) == payload else { return false }
        }
        guard try sides[0].handshakeHash.array == vector["handshake_hash"].requireHex() else { return false }
        var channels = sides.map { SecureChannel($0.split()) }
        for message in vector["transport"].items {
            let sender = message["from"].text == "initiator" ? 0 : 1
            let plaintext = try message["plaintext"].requireHex()
            var frame = SecureChannel.newFrame(reserving: plaintext.count)
            frame.writeBytes(plaintext)
            try channels[sender].seal(&frame)
            guard try frame.array == message["frame"].requireHex() else { return false }
            guard try channels[1 - sender].open(&frame).array == plaintext else { return false }
        }
        return true
    }
}
