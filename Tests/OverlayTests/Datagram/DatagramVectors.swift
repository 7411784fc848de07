import Foundation
import Testing

@testable import Overlay

/// The published datagrams of `Vectors/datagram.json`: made from its seeds they have exactly these bytes, and read they say
/// what the file says.
struct DatagramVectors {
    private static let file: URL = {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in 0..<2 { folder.deleteLastPathComponent() }
        return folder.appending(path: "Vectors/datagram.json")
    }()

    private static let isWriting = ProcessInfo.processInfo.environment["SAMNODE_WRITE_VECTORS"] != nil

    private static func load() throws -> JSON {
        try JSONDecoder().decode(JSON.self, from: Data(contentsOf: file))
    }

    private static func hex(_ bytes: [UInt8]) -> String { Hexadecimal.encode(bytes) }

    // MARK: The exchange

    /// Everything that the file holds, made anew: what was sent in which order, and which secrets went into it.
    private struct Script {
        static let steps = [
            "first packet", "cookie", "first packet with cookie", "response", "question", "answer",
            "question from a new address", "challenge", "answer to the challenge",
        ]
        static let words = [
            "question one", "answer one", "question two", "answer two", "question three, from elsewhere",
        ]
        static let introductions = ["introduction of the initiator", "introduction of the responder"]
        static let mesh = DatagramNet.mesh
        static let seeds = [UInt8(0x11), 0x22].map { [UInt8](repeating: $0, count: 32) }
        static let addresses = ["192.0.2.1", "2001:db8::2", "192.0.2.77"].compactMap { IPAddress($0) }
            .map { UDPEndpoint(ip: $0, port: 4001) }
        static let start = Instant(nanoseconds: 5_000_000_000)

        var identities: [Identity] = []
        var ends: [DatagramEndpoint] = []
        var packets: [[UInt8]] = []
        var secrets: [(name: String, bytes: [UInt8])] = []

        init() throws {
            // No saved up first packets, so that the responder is under load at once.
            var busy = DatagramSettings()
            busy.handshakesPerSecond = 1
            busy.handshakeBurst = 4
            identities = try Self.seeds.map { try #require(Identity(seed: $0)) }
            ends = identities.enumerated().map { index, identity in
                DatagramEndpoint(
                    identity: identity, mesh: Self.mesh, settings: index == 1 ? busy : DatagramSettings(),
                    random: RandomSource(seed: UInt64(index + 1)), at: Self.start)
            }
            for _ in 0..<3 { _ = ends[1].handshakes.take(at: Self.start) }
            try handshake()
            try session()
            #expect(packets.count == Self.steps.count)
        }

        private mutating func ask(_ end: Int, _ words: String) throws -> [UInt8] {
            var outbox = DatagramOutbox()
            ends[end].ask(
                Bytes(bytes: Array(words.utf8)), introduction: Array(Self.introductions[end].utf8),
                of: identities[1 - end].peerID, at: Self.addresses[1 - end], isFirst: false, now: Self.start,
                into: &outbox)
            return try #require(outbox.packets.first).bytes
        }

        /// What an end does with a datagram, and what it sends when it answers.
        private mutating func give(
            _ bytes: [UInt8], to end: Int, from: Int, answering words: String? = nil
        ) throws -> (sent: [[UInt8]], read: ReceivedDatagram?) {
            var outbox = DatagramOutbox()
            ends[end].receive(Bytes(bytes: bytes), from: Self.addresses[from], at: Self.start, into: &outbox)
            if let words, let source = outbox.received.first?.source {
                ends[end].answer(
                    Bytes(bytes: Array(words.utf8)), introduction: Array(Self.introductions[end].utf8), to: source,
                    now: Self.start, into: &outbox)
            }
            return (outbox.packets.map(\.bytes), outbox.received.first)
        }

        private mutating func keep(_ bytes: [UInt8]?) throws -> [UInt8] {
            let bytes = try #require(bytes, "\(Self.steps[packets.count]) is missing")
            packets.append(bytes)
            return bytes
        }

        private mutating func handshake() throws {
            // The index is drawn first: 8 bytes, of which the last four in big-endian order count.
            var draws = ends[0].random
            _ = draws.next()
            secrets.append(("initiator_ephemeral_secret", draws.bytes(32)))
            let first = try keep(ask(0, Self.words[0]))
            let cookie = try keep(give(first, to: 1, from: 0).sent.first)
            let retry = try keep(give(cookie, to: 0, from: 1).sent.first)
            draws = ends[1].random
            secrets.append(("responder_ephemeral_secret", draws.bytes(32)))
            let response = try keep(give(retry, to: 1, from: 0, answering: Self.words[1]).sent.first)
            let answer = try give(response, to: 0, from: 1)
            #expect(answer.read?.message.array == Array(Self.words[1].utf8))
        }

        private mutating func session() throws {
            let question = try keep(ask(0, Self.words[2]))
            let answer = try keep(give(question, to: 1, from: 0, answering: Self.words[3]).sent.first)
            #expect(try give(answer, to: 0, from: 1).read?.message.array == Array(Self.words[3].utf8))
            let moved = try keep(ask(0, Self.words[4]))
            var draws = ends[1].random
            secrets.append(("challenge_nonce", draws.bytes(8)))
            let challenge = try keep(give(moved, to: 1, from: 2).sent.first)
            let back = try keep(give(challenge, to: 0, from: 1).sent.first)
            #expect(try give(back, to: 1, from: 2).sent.isEmpty)
            #expect(ends[1].counters.dropped.isEmpty && ends[0].counters.dropped.isEmpty)
        }
    }

    @Test func madeFromTheSeedsTheyAreTheSame() throws {
        let file = try Self.load()
        let script = try Script()
        let published = file["packets"].items
        #expect(published.map { $0["name"].text } == Script.steps)
        for (packet, bytes) in zip(published, script.packets) {
            #expect(packet["hex"].text == Self.hex(bytes), "\(packet["name"].text ?? "")")
        }
        for (name, bytes) in script.secrets { #expect(file[name].text == Self.hex(bytes)) }
        for (role, identity) in zip(["initiator", "responder"], script.identities) {
            #expect(file[role]["public_key"].text == Self.hex(identity.publicKey.bytes.array))
            #expect(file[role]["peer_id"].text == identity.peerID.text)
            #expect(file[role]["agreement_key"].text == Self.hex(identity.agreementKeys.publicKey.array))
        }
    }

    // MARK: Without an endpoint

    /// The same bytes from the parts alone: the Noise state, the macs and the ciphers.
    @Test func builtFromTheirPartsTheyAreTheSame() throws {
        let file = try Self.load()
        let packets = try file["packets"].items.map { try $0["hex"].requireHex() }
        let mesh = try #require(Bytes32(file["mesh"].requireHex()))
        let (own, other) = try (identity(file["initiator"]), identity(file["responder"]))
        let indices = try (file["initiator"]["index"].requireHex(), file["responder"]["index"].requireHex())
        let prologue = Array("sam datagram v1".utf8) + [0] + mesh.array + other.publicKey.bytes.array + indices.0
        var states = try [HandshakeState.Role.initiator, .responder].map { role in
            let name = role == .initiator ? "initiator" : "responder"
            return try HandshakeState(
                pattern: .ik, role: role, prologue: prologue,
                staticKeys: (role == .initiator ? own : other).agreementKeys,
                ephemeralKeys: #require(X25519.KeyPair(secret: file["\(name)_ephemeral_secret"].requireHex())),
                remoteStatic: role == .initiator ? other.publicKey.agreementKey : nil)
        }
        let words = try file["messages"].items.map { Array(try $0.requireText().utf8) }
        let introductions = try ["initiator", "responder"].map {
            Array(try file[$0]["introduction"].requireText().utf8)
        }
        var payload = own.publicKey.bytes.array + UInt16(introductions[0].count).bigEndianBytes + introductions[0]
        payload += UInt16(words[0].count).bigEndianBytes + words[0]
        payload += [UInt8](repeating: 0, count: 1_067 - payload.count)
        var first = try [1] + indices.0 + states[0].write(payload)
        let key = BLAKE2b.hash(Array("sam datagram mac v1".utf8) + [0] + mesh.array + other.publicKey.bytes.array)
        first += BLAKE2b.hash(first, length: 16, key: key)
        #expect(first + [UInt8](repeating: 0, count: 16) == packets[0])
        let cookie = try file["cookie"].requireHex()
        #expect([3] + indices.0 + first.suffix(16) + cookie == packets[1])
        #expect(first + BLAKE2b.hash(first, length: 16, key: cookie) == packets[2])
        #expect(try states[1].read(Array(packets[2][5..<1_168])) == payload)
        let answer = indices.1 + UInt16(introductions[1].count).bigEndianBytes + introductions[1] + words[1]
        let second = try states[1].write(answer)
        #expect([2] + indices.0 + second == packets[3])
        #expect(try states[0].read(Array(packets[3].dropFirst(5))) == answer)
        let nonce = try file["challenge_nonce"].requireHex()
        let contents: [(from: Int, counter: UInt64, bytes: [UInt8])] = [
            (0, 0, [0] + words[2]), (1, 0, [0] + words[3]), (0, 1, [0] + words[4]), (1, 1, [1] + nonce),
            (0, 2, [2] + nonce),
        ]
        for (content, packet) in zip(contents, packets[4...]) {
            let header = [4] + (content.from == 0 ? indices.1 : indices.0) + content.counter.bigEndianBytes
            var (cipher, _) = states[content.from].split()
            var (_, reader) = states[1 - content.from].split()
            cipher.setNonce(content.counter)
            reader.setNonce(content.counter)
            var sealed = Bytes(bytes: content.bytes)
            try cipher.seal(&sealed, associated: header)
            #expect(header + sealed.array == packet)
            var opened = Bytes()
            try reader.open(Bytes(bytes: packet.dropFirst(13)), appendingTo: &opened, associated: header)
            #expect(opened.array == content.bytes)
        }
    }

    private func identity(_ side: JSON) throws -> Identity {
        try #require(Identity(seed: side["seed"].requireHex()))
    }

    // MARK: Refusals

    /// Where a node stands when it gets a datagram that it has to drop.
    private enum Stage: String {
        /// A responder that has just started.
        case start = "before anything"
        /// A responder with a session.
        case session = "after the answer"
        /// An initiator that waits.
        case waiting = "after the first packet"
    }

    private struct Refusal {
        let name: String
        let stage: Stage
        let reason: DatagramDrop
        let bytes: [UInt8]
    }

    private static func altered(_ bytes: [UInt8], _ index: Int) -> [UInt8] {
        var bytes = bytes
        bytes[index] ^= 1
        return bytes
    }

    private static func refusals(_ script: Script) -> [Refusal] {
        malformed(script) + misdirected(script) + outOfPlace(script) + ofSessions(script) + ofInitiators(script)
    }

    private static func malformed(_ script: Script) -> [Refusal] {
        let (first, cookie, response) = (script.packets[0], script.packets[1], script.packets[3])
        return [
            ("no bytes", []), ("type 0", [0] + first.dropFirst()), ("type 5", [5] + first.dropFirst()),
            ("first packet, a byte short", first.dropLast()), ("first packet, a byte long", first + [0]),
            ("response, too short", Array(response.prefix(58))), ("cookie, a byte short", cookie.dropLast()),
            ("cookie, a byte long", cookie + [0]),
        ].map { Refusal(name: $0, stage: .start, reason: .malformed, bytes: $1) }
    }

    private static func misdirected(_ script: Script) -> [Refusal] {
        let first = script.packets[0]
        let key = script.identities[1].publicKey
        func signed(_ bytes: [UInt8], mesh: Bytes32 = Script.mesh) -> [UInt8] {
            let start = Array(bytes.dropLast(32))
            return start + PacketMAC(receiver: key, mesh: mesh).mac(of: start) + [UInt8](repeating: 0, count: 16)
        }
        return [
            ("mac altered", .misdirected, altered(first, 1_170)),
            ("index altered", .misdirected, altered(first, 1)),
            ("mac of another mesh", .misdirected, signed(first, mesh: .zero)),
            ("index altered, mac right", .notAuthentic, signed(altered(first, 1))),
            ("ephemeral key altered, mac right", .notAuthentic, signed(altered(first, 5))),
            ("static key altered, mac right", .notAuthentic, signed(altered(first, 40))),
            ("payload altered, mac right", .notAuthentic, signed(altered(first, 1_100))),
        ].map { Refusal(name: "first packet, " + $0, stage: .start, reason: $1, bytes: $2) }
    }

    private static func outOfPlace(_ script: Script) -> [Refusal] {
        [
            ("cookie to no first packet", script.packets[1]), ("response to no first packet", script.packets[3]),
            ("session that is not there", script.packets[4]),
        ].map { Refusal(name: $0, stage: .start, reason: .unknownSession, bytes: $1) }
    }

    private static func ofSessions(_ script: Script) -> [Refusal] {
        let question = script.packets[4]
        let lastCounter = question[..<5] + [UInt8](repeating: 0xff, count: 8) + question[13...]
        return [
            ("first packet again", .replayed, script.packets[2]), ("question again", .replayed, question),
            ("question, counter altered", .notAuthentic, altered(question, 9)),
            ("question, counter that is never used", .replayed, Array(lastCounter)),
            ("question, index altered", .unknownSession, altered(question, 4)),
            ("question, header and tag only", .malformed, Array(question.prefix(29))),
            ("answer sent back", .unknownSession, script.packets[5]),
        ].map { Refusal(name: $0, stage: .session, reason: $1, bytes: $2) }
    }

    private static func ofInitiators(_ script: Script) -> [Refusal] {
        let (cookie, response) = (script.packets[1], script.packets[3])
        return [
            ("first packet sent back", .misdirected, script.packets[0]),
            ("cookie, index altered", .unknownSession, altered(cookie, 4)),
            ("cookie, mac altered", .notAuthentic, altered(cookie, 5)),
            ("response, index altered", .unknownSession, altered(response, 4)),
            ("response, ephemeral key altered", .notAuthentic, altered(response, 5)),
            ("response, payload altered", .notAuthentic, altered(response, 40)),
            ("response, tag altered", .notAuthentic, altered(response, response.count - 1)),
        ].map { Refusal(name: $0, stage: .waiting, reason: $1, bytes: $2) }
    }

    /// A node at one of the stages, without load.
    private func node(_ stage: Stage, _ packets: [[UInt8]]) throws -> DatagramEndpoint {
        let index = stage == .waiting ? 0 : 1
        let identities = try Script.seeds.map { try #require(Identity(seed: $0)) }
        var end = DatagramEndpoint(
            identity: identities[index], mesh: Script.mesh, random: RandomSource(seed: UInt64(index + 1)),
            at: Script.start)
        var outbox = DatagramOutbox()
        switch stage {
        case .start: break
        case .waiting:
            end.ask(
                Bytes(bytes: Array(Script.words[0].utf8)), introduction: Array(Script.introductions[0].utf8),
                of: identities[1].peerID, at: Script.addresses[1], isFirst: true, now: Script.start, into: &outbox)
            #expect(outbox.packets.map(\.bytes) == [packets[0]])
        case .session:
            for packet in [packets[2], packets[4]] {
                end.receive(Bytes(bytes: packet), from: Script.addresses[0], at: Script.start, into: &outbox)
                guard let source = outbox.received.last?.source else { continue }
                end.answer(
                    Bytes(bytes: Array(Script.words[1].utf8)), introduction: Array(Script.introductions[1].utf8),
                    to: source, now: Script.start, into: &outbox)
            }
            #expect(outbox.received.count == 2 && outbox.packets.first?.bytes == packets[3])
        }
        #expect(end.counters.dropped.isEmpty)
        return end
    }

    @Test func whatMustBeDroppedIs() throws {
        let file = try Self.load()
        let packets = try file["packets"].items.map { try $0["hex"].requireHex() }
        let rejected = file["rejected"].items
        let script = try Script()
        #expect(rejected.map { $0["hex"].text } == Self.refusals(script).map { Self.hex($0.bytes) })
        for vector in rejected {
            let name = try vector["name"].requireText()
            let stage = try #require(Stage(rawValue: vector["when"].requireText()))
            let reason = try #require(DatagramDrop(rawValue: vector["reason"].requireText()))
            var end = try node(stage, packets)
            var outbox = DatagramOutbox()
            end.receive(
                Bytes(bytes: try vector["hex"].requireHex()), from: Script.addresses[stage == .waiting ? 1 : 0],
                at: Script.start, into: &outbox)
            #expect(outbox.received.isEmpty && outbox.packets.isEmpty, "\(name)")
            #expect(end.counters.dropped == [reason: 1], "\(name)")
        }
    }

    // MARK: Writing

    /// Makes the file anew: `SAMNODE_WRITE_VECTORS=1 swift test --filter DatagramVectors`.
    @Test(.enabled(if: isWriting, "writes the file; only when SAMNODE_WRITE_VECTORS is set"))
    func write() throws {
        let script = try Script()
        func side(_ index: Int, _ number: [UInt8]) -> [String: String] {
            [
                "seed": Self.hex(Script.seeds[index]), "index": Self.hex(number),
                "public_key": Self.hex(script.identities[index].publicKey.bytes.array),
                "peer_id": script.identities[index].peerID.text,
                "agreement_key": Self.hex(script.identities[index].agreementKeys.publicKey.array),
                "introduction": Script.introductions[index],
                "address": Script.addresses[index].multiaddr.text,
            ]
        }
        var file: [String: Any] = [
            "about": "Datagrams of docs/protocol.md, in the order of sending. All bytes are hexadecimal.",
            "mesh": Script.mesh.description, "messages": Script.words,
            "initiator": side(0, Array(script.packets[0][1..<5])),
            "responder": side(1, Array(script.packets[4][1..<5])),
            "initiator_moved_to": Script.addresses[2].multiaddr.text,
            "cookie": Self.hex(script.packets[1].suffix(16)),
            "packets": zip(Script.steps, script.packets).map { ["name": $0, "hex": Self.hex($1)] },
            "rejected": Self.refusals(script).map {
                ["name": $0.name, "when": $0.stage.rawValue, "reason": $0.reason.rawValue, "hex": Self.hex($0.bytes)]
            },
        ]
        for (name, bytes) in script.secrets { file[name] = Self.hex(bytes) }
        let data = try JSONSerialization.data(
            withJSONObject: file, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        try (data + Data("\n".utf8)).write(to: Self.file)
    }
}
