import Testing

@testable import Overlay

/// What others may try: altered, cut, copied and forged packets.
struct DatagramAttackTests {
    private static let attacker = UDPEndpoint(ip: .v4(0xcb00_7166), port: 666)

    /// Two nodes, and one packet of each kind that is still to be delivered.
    private func waiting(for kind: PacketKind) throws -> (net: DatagramNet, packet: DatagramNet.Packet) {
        var net = DatagramNet()
        net.ask("?one", from: 0, to: 1)
        switch kind {
        case .initiation: break
        case .response: try net.deliver(net.take())
        case .transport:
            net.settle()
            net.ask("?two, over the session", from: 0, to: 1)
        case .cookie, .dialBack: throw Unexpected()
        }
        let packet = try net.take()
        #expect(packet.kind == kind && net.queue.isEmpty)
        return (net, packet)
    }

    private struct Unexpected: Error {}

    private func node(_ packet: DatagramNet.Packet) -> Int { packet.to == DatagramNet.address(0) ? 0 : 1 }

    // MARK: Altered

    /// The last 16 bytes of a first packet mean something to a node under load only.
    @Test(arguments: [PacketKind.initiation, .response, .transport])
    func everyByteCounts(_ kind: PacketKind) throws {
        let (net, packet) = try waiting(for: kind)
        let node = node(packet)
        let before = net.arrivals.count
        let counted = packet.bytes.count - (kind == .initiation ? InitiationPacket.macLength : 0)
        for index in 0..<counted {
            for flip in [UInt8(1), 0x80] {
                var copy = net
                var bytes = packet.bytes
                bytes[index] ^= flip
                copy.inject(bytes, from: packet.from, to: node)
                #expect(copy.arrivals.count == before, "byte \(index) of \(kind)")
                #expect(copy.queue.isEmpty, "an answer to byte \(index) of \(kind)")
                #expect(copy.counters(node).dropped.values.reduce(0, +) == 1)
                // And the true one is still good afterwards.
                guard index % 97 == 0 else { continue }
                copy.deliver(packet)
                #expect(copy.arrivals.count == before + 1, "byte \(index) of \(kind) spoiled the true packet")
            }
        }
    }

    @Test(arguments: [PacketKind.initiation, .response, .transport])
    func truncatedAndPadded(_ kind: PacketKind) throws {
        let (net, packet) = try waiting(for: kind)
        var copy = net
        let node = node(packet)
        let before = net.arrivals.count
        for length in 0..<packet.bytes.count {
            copy.inject(Array(packet.bytes.prefix(length)), from: packet.from, to: node)
        }
        for extra in [1, 2, 16, 500, 70_000] {
            copy.inject(packet.bytes + [UInt8](repeating: 0, count: extra), from: packet.from, to: node)
        }
        #expect(copy.arrivals.count == before && copy.queue.isEmpty)
        #expect(copy.counters(node).dropped.values.reduce(0, +) == UInt64(packet.bytes.count + 5))
        copy.deliver(packet)
        #expect(copy.arrivals.count == before + 1)
    }

    // MARK: Copied

    @Test func copiesAreDroppedAndCountedApartFromForgeries() throws {
        for kind in [PacketKind.initiation, .transport] {
            var (net, packet) = try waiting(for: kind)
            let node = node(packet)
            net.deliver(packet)
            net.settle()
            let sent = net.sent.count
            for source in [packet.from, Self.attacker] { net.inject(packet.bytes, from: source, to: node) }
            #expect(net.drops(node, .replayed) == 2 && net.drops(node, .notAuthentic) == 0)
            #expect(
                net.sent.count == sent && net.arrivals.filter { $0.node == node }.count == (kind == .initiation ? 1 : 2)
            )
            var forged = packet.bytes
            forged[forged.count - 1] ^= 1
            if kind == .transport {
                // A counter that was not used yet.
                forged[12] &+= 9
                net.inject(forged, from: packet.from, to: node)
                #expect(net.drops(node, .notAuthentic) == 1)
            }
        }
        var (net, response) = try waiting(for: .response)
        for _ in 0..<2 { net.deliver(response) }
        #expect(net.texts(at: 0) == ["!one"] && net.drops(0, .unknownSession) == 1)
    }

    /// Whoever sees a first packet and is faster must not keep the true one out.
    @Test func forgeryWithTheSameEphemeralKeyDoesNoHarm() throws {
        var (net, packet) = try waiting(for: .initiation)
        var forged = Array(packet.bytes.dropLast(32))
        forged[100] ^= 1
        forged += PacketMAC(receiver: net.nodes[1].identity.publicKey, mesh: DatagramNet.mesh).mac(of: forged)
        forged += [UInt8](repeating: 0, count: 16)
        net.inject(forged, from: packet.from, to: 1)
        #expect(net.drops(1, .notAuthentic) == 1)
        net.deliver(packet)
        net.settle()
        #expect(net.texts(at: 0) == ["!one"])
    }

    /// Copies cost their receiver a hash, not a share of the handshakes.
    @Test func copiesDoNotBringTheNodeUnderLoad() throws {
        var (net, packet) = try waiting(for: .initiation)
        net.deliver(packet)
        net.settle()
        for _ in 0..<2_000 { net.inject(packet.bytes, from: Self.attacker, to: 1) }
        net.restart(0)
        net.ask("?after", from: 0, to: 1)
        net.settle()
        #expect(net.counters(1).cookiesSent == 0 && net.texts(at: 0).last == "!after")
    }

    /// A copy that comes so late that nobody remembers the first one leads to one answer that is no longer than the copy, and
    /// to nothing else.
    @Test func copiesAfterAllWasForgottenGiveNothing() throws {
        var settings = DatagramSettings()
        settings.seenHandshakes = 2
        var net = DatagramNet(nodes: 5, settings: settings)
        net.ask("?one", from: 0, to: 1)
        let first = try #require(net.queue.first)
        net.settle()
        for node in 2..<5 {
            net.ask("?one", from: node, to: 1)
            net.settle()
        }
        net.inject(first.bytes, from: Self.attacker, to: 1)
        #expect(net.queue.count == 1 && net.queue[0].kind == .response && net.queue[0].to == Self.attacker)
        net.queue = []
        net.ask("?back", from: 1, to: 0)
        #expect(net.queue.map(\.kind) == [.initiation], "an address of a copy was trusted")
    }

    // MARK: Reflected and crossed

    @Test func packetsSentBackToTheirSender() throws {
        for kind in [PacketKind.initiation, .response, .transport] {
            var (net, packet) = try waiting(for: kind)
            let sender = 1 - node(packet)
            let before = net.arrivals.count
            net.inject(packet.bytes, from: packet.to, to: sender)
            #expect(net.arrivals.count == before && net.queue.isEmpty)
        }
    }

    @Test func responsesAndCookiesFromElsewhere() throws {
        var (net, response) = try waiting(for: .response)
        net.inject(response.bytes, from: Self.attacker, to: 0)
        #expect(net.texts(at: 0).isEmpty && net.drops(0, .unknownSession) == 1)
        net.deliver(response)
        #expect(net.texts(at: 0) == ["!one"])
    }

    /// The reply would go to a whole network.
    @Test func sendersThatCannotBe() throws {
        let (net, packet) = try waiting(for: .initiation)
        for (text, port) in [
            ("224.0.0.1", 1), ("255.255.255.255", 1), ("0.0.0.0", 1), ("::", 1), ("ff02::1", 1), ("198.0.0.1", 0),
        ] as [(String, UInt16)] {
            var copy = net
            copy.inject(packet.bytes, from: UDPEndpoint(ip: try #require(IPAddress(text)), port: port), to: 1)
            #expect(copy.arrivals.isEmpty && copy.queue.isEmpty && copy.drops(1, .malformed) == 1, "\(text)")
        }
    }

    @Test func guessedNumbersOfSessions() throws {
        var (net, packet) = try waiting(for: .transport)
        for index in 0..<500 {
            var bytes = packet.bytes
            bytes.replaceSubrange(1..<5, with: UInt32(index &* 0x9e37_79b9 & 0xffff_ffff).bigEndianBytes)
            net.inject(bytes, from: packet.from, to: 1)
        }
        #expect(net.texts(at: 1) == ["?one"] && net.drops(1, .unknownSession) == 500)
    }

    // MARK: Keys

    /// A point and its negative have the same X25519 key, so the two peer ids must not be taken for each other.
    @Test func negatedKeyIsAnotherPeer() throws {
        var net = DatagramNet()
        let own = net.nodes[1].identity.publicKey
        var bytes = own.bytes.array
        bytes[31] ^= 0x80
        let negated = try PublicKey(bytes: #require(Bytes32(bytes)))
        #expect(negated.agreementKey == own.agreementKey)
        var outbox = DatagramOutbox()
        var endpoint = net.nodes[0].endpoint
        endpoint.ask(
            Bytes(bytes: Array("?one".utf8)), introduction: [], of: PeerID(negated), at: net.nodes[1].address,
            isFirst: false, now: net.now, into: &outbox)
        let packet = try #require(outbox.packets.first).bytes
        net.inject(packet, from: net.nodes[0].address, to: 1)
        #expect(net.drops(1, .misdirected) == 1)
        // Somebody on the way makes the mac that node 1 expects.
        var forged = Array(packet.dropLast(32))
        forged += PacketMAC(receiver: own, mesh: DatagramNet.mesh).mac(of: forged) + [UInt8](repeating: 0, count: 16)
        net.inject(forged, from: net.nodes[0].address, to: 1)
        #expect(net.drops(1, .notAuthentic) == 1 && net.arrivals.isEmpty)
    }

    /// A first packet whose payload names another key than its handshake proves.
    @Test func claimedKeyMustBeTheProvenOne() throws {
        for claim in [Claim.another, .itself, .small, .negated, .own] {
            var net = DatagramNet(nodes: 3)
            let claimed = try claim.key(net)
            net.inject(
                try handshake(net, claiming: claimed), from: Self.attacker, to: 1)
            // Of its own two names each is true.
            let isTrue = claim == .own || claim == .negated
            #expect(net.arrivals.map(\.datagram.peer) == (isTrue ? [PeerID(claimed)] : []), "\(claim)")
            #expect(net.drops(1, .notAuthentic) == (isTrue ? 0 : 1), "\(claim)")
        }
    }

    private enum Claim {
        case another, itself, small, negated, own

        func key(_ net: DatagramNet) throws -> PublicKey {
            switch self {
            case .another: net.nodes[2].identity.publicKey
            case .itself: net.nodes[1].identity.publicKey
            case .small: PublicKey(bytes: .zero)
            case .own: net.nodes[0].identity.publicKey
            case .negated:
                try PublicKey(
                    bytes: #require(
                        Bytes32(
                            net.nodes[0].identity.publicKey.bytes.array.enumerated().map {
                                $0.offset == 31 ? $0.element ^ 0x80 : $0.element
                            })))
            }
        }
    }

    /// A first packet of node 0 to node 1 with contents of the caller's choice.
    private func handshake(
        _ net: DatagramNet, claiming key: PublicKey, rest: [UInt8] = [0, 0, 0, 0]
    ) throws -> [UInt8] {
        let responder = net.nodes[1].identity.publicKey
        var random = RandomSource(seed: 99)
        let index: UInt32 = 7
        var state = try HandshakeState(
            pattern: .ik, role: .initiator,
            prologue: Array("sam datagram v1".utf8) + [0] + DatagramNet.mesh.array + responder.bytes.array
                + index.bigEndianBytes,
            staticKeys: net.nodes[0].identity.agreementKeys, ephemeralKeys: X25519.KeyPair(random: &random),
            remoteStatic: responder.agreementKey)
        var payload = key.bytes.array + rest
        payload += [UInt8](repeating: 0, count: InitiationPacket.payloadLength - payload.count)
        return try InitiationPacket.encode(
            sender: index, noise: state.write(payload), key: PacketMAC(receiver: responder, mesh: DatagramNet.mesh))
    }

    @Test func contentsOfFirstPackets() throws {
        let room = UInt16(DatagramLimits.first)
        for (rest, isGood) in [
            ([0, 0, 0, 0], true),
            (room.bigEndianBytes + [UInt8](repeating: 7, count: Int(room)) + [0, 0], true),
            ((room + 1).bigEndianBytes, false), ([0xff, 0xff], false),
            ([0, 0] + room.bigEndianBytes, true), ([0, 0] + (room + 1).bigEndianBytes, false),
            ([0, 0, 0, 0, 1], false), ([0, 1, 9, 0, 1, 9, 0, 0, 0, 1], false), ([0, 1, 9, 0, 1, 9], true),
        ] as [([UInt8], Bool)] {
            var net = DatagramNet()
            net.inject(
                try handshake(net, claiming: net.nodes[0].identity.publicKey, rest: rest), from: Self.attacker, to: 1)
            #expect(net.arrivals.count == (isGood ? 1 : 0), "\(rest.prefix(12))")
            #expect(net.drops(1, .malformed) == (isGood ? 0 : 1), "\(rest.prefix(12))")
        }
    }

    @Test func contentsOfResponses() throws {
        #expect(ResponseContents([]) == nil && ResponseContents([0, 0, 0, 1, 0]) == nil)
        #expect(ResponseContents([0, 0, 0, 1, 0, 1]) == nil && ResponseContents([0, 0, 0, 1, 0xff, 0xff, 7]) == nil)
        let empty = try #require(ResponseContents([0, 0, 0, 1, 0, 0]))
        #expect(empty.sender == 1 && empty.introduction.isEmpty && empty.message.readableBytes == 0)
        let full = try #require(ResponseContents([0xff, 0, 0, 1, 0, 1, 7, 8, 9]))
        #expect(full.sender == 0xff00_0001 && full.introduction == [7] && full.message.array == [8, 9])
    }

    /// What a peer with good keys may put into a packet of the session.
    @Test func contentsOfSessionPackets() throws {
        var (net, packet) = try waiting(for: .transport)
        net.deliver(packet)
        net.queue = []
        let index = try #require(net.nodes[0].endpoint.current[net.peer(1)])
        var session = try #require(net.nodes[0].endpoint.sessions[index])
        for (kind, length, reason) in [
            (.challenge, 0, .malformed), (.challenge, 7, .malformed), (.challenge, 9, .malformed),
            (.challengeAnswer, 0, .unasked), (.challengeAnswer, 8, .unasked), (.challengeAnswer, 900, .unasked),
        ] as [(TransportContent, Int, DatagramDrop)] {
            let before = net.drops(1, reason)
            let sealed = session.seal(kind, Bytes(bytes: [UInt8](repeating: 5, count: length)))
            net.inject(try #require(sealed), from: packet.from, to: 1)
            #expect(net.drops(1, reason) == before + 1 && net.queue.isEmpty, "\(kind) of \(length) bytes")
        }
        let sealed = session.seal(.challenge, Bytes(bytes: [UInt8](1...8)))
        let challenge = try #require(sealed)
        net.inject(challenge, from: packet.from, to: 1)
        #expect(net.queue.map(\.bytes.count) == [challenge.count])
    }

    @Test func lowOrderEphemeralKeys() throws {
        let (net, packet) = try waiting(for: .initiation)
        for point in [[UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31)] {
            var copy = net
            var bytes = packet.bytes
            bytes.replaceSubrange(5..<37, with: point)
            bytes = Array(bytes.dropLast(32))
            bytes += PacketMAC(receiver: net.nodes[1].identity.publicKey, mesh: DatagramNet.mesh).mac(of: bytes)
            copy.inject(bytes + [UInt8](repeating: 0, count: 16), from: packet.from, to: 1)
            #expect(copy.drops(1, .notAuthentic) == 1 && copy.arrivals.isEmpty)
        }
    }
}
