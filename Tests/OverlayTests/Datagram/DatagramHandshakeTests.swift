import Testing

@testable import Overlay

/// Handshakes as they should go, and what happens when they do not.
struct DatagramHandshakeTests {
    @Test func firstAnswerInOneRoundTrip() {
        var net = DatagramNet()
        net.ask("?one", from: 0, to: 1)
        net.settle()
        #expect(net.sent.map(\.kind) == [.initiation, .response])
        #expect(net.texts(at: 1) == ["?one"] && net.texts(at: 0) == ["!one"])
        #expect(net.arrivals.map(\.introduction) == ["node 0", "node 1"])
        #expect(net.arrivals.map(\.datagram.peer) == [net.peer(0), net.peer(1)])
        #expect(net.arrivals.map(\.datagram.source.isFirst) == [true, false])
        #expect(net.counters(0).handshakes == 1 && net.counters(1).handshakes == 1)
        #expect(net.sent[0].bytes.count == 1_200)
    }

    @Test func laterQuestionsUseTheSessionInBothDirections() {
        var net = DatagramNet()
        for text in ["?one", "?two", "?three"] {
            net.ask(text, from: 0, to: 1)
            net.settle()
        }
        #expect(net.texts(at: 0) == ["!one", "!two", "!three"])
        #expect(net.sent.map(\.kind) == [.initiation, .response, .transport, .transport, .transport, .transport])
        // The responder knows since the second question that its answers arrive, and asks over the same session.
        net.ask("?back", from: 1, to: 0)
        net.settle()
        #expect(net.sent.suffix(2).map(\.kind) == [.transport, .transport])
        #expect(net.texts(at: 1).last == "!back")
        #expect(net.arrivals.suffix(2).allSatisfy { $0.introduction == nil })
    }

    /// Before that, a forged sender could have been behind the first packet.
    @Test func responderDoesNotAskOverASessionThatIsNotConfirmed() {
        var net = DatagramNet()
        net.ask("?one", from: 0, to: 1)
        net.settle()
        net.ask("?back", from: 1, to: 0)
        #expect(net.queue.map(\.kind) == [.initiation])
        net.settle()
        #expect(net.texts(at: 1) == ["?one", "!back"])
    }

    @Test func lostPacketsAreMadeUpForByANewFirstPacket() throws {
        var net = DatagramNet()
        net.ask("?one", from: 0, to: 1)
        let lost = try net.take()
        net.now = net.now + .milliseconds(300)
        net.ask("?one", from: 0, to: 1, isFirst: true)
        let second = try #require(net.queue.first)
        #expect(second.bytes[5..<37] != lost.bytes[5..<37], "an ephemeral key was used twice")
        // The response is lost this time.
        net.settle { $0.kind == .response ? nil : $0 }
        #expect(net.texts(at: 0).isEmpty && net.texts(at: 1) == ["?one"])
        net.ask("?one", from: 0, to: 1, isFirst: true)
        net.settle()
        #expect(net.texts(at: 0) == ["!one"])
        net.ask("?two", from: 0, to: 1)
        net.settle()
        #expect(net.texts(at: 0) == ["!one", "!two"] && net.sent.last?.kind == .transport)
    }

    @Test func lateAnswerToTheFirstTryIsTaken() throws {
        var net = DatagramNet()
        net.ask("?one", from: 0, to: 1)
        let first = try net.take()
        net.now = net.now + .seconds(1)
        net.ask("?one", from: 0, to: 1, isFirst: true)
        net.settle()
        net.deliver(first)
        net.settle()
        #expect(net.texts(at: 0) == ["!one", "!one"])
        net.ask("?two", from: 0, to: 1)
        net.settle()
        #expect(net.texts(at: 0).last == "!two" && net.sent.last?.kind == .transport)
    }

    @Test func answerAfterTheLimitIsDropped() throws {
        var net = DatagramNet()
        net.ask("?one", from: 0, to: 1)
        try net.deliver(net.take())
        let response = try net.take()
        net.now = net.now + DatagramSettings().handshakeLimit
        net.deliver(response)
        #expect(net.texts(at: 0).isEmpty && net.drops(0, .unknownSession) == 1)
    }

    @Test(arguments: [0, 1]) func restartOfEitherSide(_ node: Int) {
        var net = DatagramNet()
        for text in ["?one", "?two"] {
            net.ask(text, from: 0, to: 1)
            net.settle()
        }
        net.restart(node)
        net.ask("?three", from: 0, to: 1)
        net.settle()
        if node == 1 {
            #expect(net.texts(at: 0).last == "!two" && net.drops(1, .unknownSession) == 1)
            net.ask("?three", from: 0, to: 1, isFirst: true)
            net.settle()
        }
        #expect(net.texts(at: 0).last == "!three")
        net.ask("?four", from: 0, to: 1)
        net.settle()
        #expect(net.texts(at: 0).last == "!four" && net.sent.suffix(2).allSatisfy { $0.kind == .transport })
    }

    @Test func crossedFirstPackets() throws {
        var net = DatagramNet()
        net.ask("?from zero", from: 0, to: 1)
        net.ask("?from one", from: 1, to: 0)
        net.settle()
        #expect(net.texts(at: 0) == ["?from one", "!from zero"])
        #expect(net.texts(at: 1) == ["?from zero", "!from one"])
        // Each goes on over the session that it began; both sides read both.
        for (index, node) in [0, 1, 0, 1, 1, 0].enumerated() {
            net.ask("?\(index)", from: node, to: 1 - node)
            net.settle()
            #expect(net.texts(at: node).last == "!\(index)" && net.sent.last?.kind == .transport)
        }
        #expect(net.counters(0).dropped.isEmpty && net.counters(1).dropped.isEmpty)
    }

    @Test func longestMessages() {
        var net = DatagramNet()
        let first = String(repeating: "f", count: DatagramLimits.first - "node 0".utf8.count - 1)
        net.padding = DatagramLimits.answer - "node 1".utf8.count - 1 - first.utf8.count
        net.ask("?" + first, from: 0, to: 1)
        net.settle()
        #expect(net.sent.map(\.bytes.count) == [1_200, 1_200])
        #expect(net.texts(at: 0).first?.utf8.count == DatagramLimits.answer - 6)
        let message = String(repeating: "m", count: DatagramLimits.message - 1)
        net.padding = 0
        net.ask("?" + message, from: 0, to: 1)
        net.settle()
        #expect(net.sent.suffix(2).map(\.bytes.count) == [1_200, 1_200])
        #expect(net.texts(at: 0).last == "!" + message)
    }

    @Test func whatIsTooLongIsDropped() {
        var net = DatagramNet()
        net.ask(String(repeating: "f", count: DatagramLimits.first - 5), from: 0, to: 1)
        #expect(net.queue.isEmpty && net.drops(0, .tooLong) == 1)
        net.padding = DatagramLimits.answer
        net.ask("?one", from: 0, to: 1)
        net.settle()
        #expect(net.drops(1, .tooLong) == 1 && net.texts(at: 0).isEmpty)
        net.padding = 0
        net.ask("?one", from: 0, to: 1)
        net.settle()
        net.ask(String(repeating: "m", count: DatagramLimits.message + 1), from: 0, to: 1)
        #expect(net.queue.isEmpty && net.drops(0, .tooLong) == 2)
    }

    @Test func emptyMessages() {
        var net = DatagramNet()
        net.ask("", from: 0, to: 1)
        net.settle()
        #expect(net.texts(at: 1) == [""])
    }

    @Test func foreignMeshGetsSilence() {
        var net = DatagramNet(nodes: 1)
        net.add(mesh: SHA256.hash([UInt8]("another mesh".utf8)))
        net.ask("?one", from: 0, to: 1)
        net.settle()
        #expect(net.sent.count == 1 && net.arrivals.isEmpty && net.drops(1, .misdirected) == 1)
    }

    @Test func anotherNodeAtTheAddressGivesSilence() {
        var net = DatagramNet(nodes: 3)
        net.ask("?one", from: 0, to: 1)
        net.settle { packet in
            var packet = packet
            if packet.kind == .initiation { packet.to = DatagramNet.address(2) }
            return packet
        }
        #expect(net.sent.count == 1 && net.arrivals.isEmpty && net.drops(2, .misdirected) == 1)
    }

    @Test func peerWithoutAUsableKey() {
        var net = DatagramNet(nodes: 1)
        var outbox = DatagramOutbox()
        var endpoint = net.nodes[0].endpoint
        endpoint.ask(
            Bytes(), introduction: [], of: PeerID(PublicKey(bytes: .zero)), at: DatagramNet.address(5), isFirst: false,
            now: net.now, into: &outbox)
        #expect(outbox.packets.isEmpty && endpoint.counters.dropped[.unusableKey] == 1)
        net.ask("?me", from: 0, to: 0)
        net.settle()
        #expect(net.arrivals.isEmpty && net.drops(0, .notAuthentic) == 1)
    }

    @Test func sameSeedSameBytes() {
        func run(_ seed: UInt64) -> [[UInt8]] {
            var net = DatagramNet(nodes: 3, seed: seed)
            for step in 0..<30 {
                net.ask("?\(step)", from: step % 3, to: (step + 1 + step / 7 % 2) % 3, isFirst: step % 5 == 0)
                net.settle()
                net.now = net.now + .seconds(40)
            }
            return net.sent.map(\.bytes)
        }
        #expect(run(7) == run(7))
        #expect(run(7) != run(8))
    }

    @Test func mappedAddressesAreThoseOfIPv4() throws {
        let mapped = try #require(IPAddress("::ffff:192.0.2.1"))
        let plain = try #require(IPAddress("192.0.2.1"))
        #expect(UDPEndpoint(ip: mapped, port: 1) == UDPEndpoint(ip: plain, port: 1))
        #expect(UDPEndpoint(ip: mapped, port: 1).bytes == [192, 0, 2, 1, 0, 1])
        let other = try #require(IPAddress("::fffe:192.0.2.1"))
        #expect(UDPEndpoint(ip: other, port: 1).ip == other)
    }

    @Test func endpointsOfMultiaddrs() throws {
        func endpoint(_ text: String) throws -> UDPEndpoint? { UDPEndpoint(try Multiaddr(text: text)) }
        let address = try #require(try endpoint("/ip4/192.0.2.1/udp/4001"))
        #expect(address.ip == IPAddress("192.0.2.1") && address.port == 4001)
        #expect(address.multiaddr.text == "/ip4/192.0.2.1/udp/4001")
        #expect(try endpoint("/ip6/2001:db8::1/udp/1")?.port == 1)
        for refused in [
            "/ip4/192.0.2.1/tcp/4001", "/ip4/192.0.2.1/udp/0", "/ip4/192.0.2.1/udp/4001/quic-v1",
            "/dns4/example.org/udp/4001", "/ip4/192.0.2.1", "/ip4/0.0.0.0/udp/1", "/ip4/224.0.0.1/udp/1",
            "/ip4/255.255.255.255/udp/1", "/ip6/::/udp/1", "/ip6/ff02::1/udp/1", "/ip6/::ffff:224.0.0.1/udp/1",
        ] {
            #expect(try endpoint(refused) == nil, "\(refused)")
        }
    }
}
