import Testing

@testable import Overlay

/// Cookies, and the share of each network.
struct DatagramLoadTests {
    private static let flooder = UDPEndpoint(ip: .v4(0x0808_0808), port: 53)

    /// First packets with good macs and nothing behind them: what anybody can make who knows the node.
    private struct Flood {
        var random = RandomSource(seed: 5)
        let mac: PacketMAC

        init(_ net: DatagramNet, node: Int) {
            mac = PacketMAC(receiver: net.nodes[node].identity.publicKey, mesh: DatagramNet.mesh)
        }

        mutating func packet() -> [UInt8] {
            InitiationPacket.encode(
                sender: UInt32(truncatingIfNeeded: random.next()), noise: random.bytes(InitiationPacket.noiseLength),
                key: mac)
        }

        /// From addresses all over the Internet.
        mutating func send(_ count: Int, to node: Int, of net: inout DatagramNet) {
            for _ in 0..<count {
                let source = UDPEndpoint(ip: .v4(0x0b00_0000 + UInt32(random.below(1 << 22)) << 8), port: 1)
                net.inject(packet(), from: source, to: node)
            }
            net.queue = []
        }
    }

    private func loaded(_ settings: DatagramSettings = DatagramSettings()) -> (DatagramNet, Flood) {
        var net = DatagramNet(nodes: 4, settings: settings)
        var flood = Flood(net, node: 1)
        flood.send(900, to: 1, of: &net)
        return (net, flood)
    }

    @Test func underLoadACookieIsAskedFor() throws {
        var (net, _) = loaded()
        #expect(net.counters(1).cookiesSent > 0 && net.drops(1, .notAuthentic) == 401)
        let before = net.sent.count
        net.ask("?one", from: 0, to: 1)
        net.settle()
        let sent = net.sent[before...]
        #expect(sent.map(\.kind) == [.initiation, .cookie, .initiation, .response])
        #expect(sent.map(\.bytes.count)[1] == 37)
        #expect(net.texts(at: 0) == ["!one"])
        #expect(Array(sent)[0].bytes.dropLast(16) == Array(sent)[2].bytes.dropLast(16))
    }

    @Test func sessionsAreNotTouchedByLoad() {
        var net = DatagramNet(nodes: 2)
        for text in ["?one", "?two"] {
            net.ask(text, from: 0, to: 1)
            net.settle()
        }
        var flood = Flood(net, node: 1)
        flood.send(3_000, to: 1, of: &net)
        net.ask("?three", from: 0, to: 1)
        net.settle()
        #expect(net.texts(at: 0).last == "!three" && net.sent.last?.kind == .transport)
    }

    /// The load is over when the flood is.
    @Test func afterwardsThereAreNoCookies() {
        var (net, _) = loaded()
        let cookies = net.counters(1).cookiesSent
        net.now = net.now + .seconds(2)
        net.ask("?one", from: 0, to: 1)
        net.settle()
        #expect(net.counters(1).cookiesSent == cookies && net.texts(at: 0) == ["!one"])
    }

    /// Every byte counts now, also the mac of the cookie.
    @Test func alteredCookiePackets() throws {
        var (net, _) = loaded()
        net.ask("?one", from: 0, to: 1)
        try net.deliver(net.take())
        let cookie = try net.take()
        for index in 0..<21 {
            var copy = net
            var bytes = cookie.bytes
            bytes[index] ^= 1
            copy.inject(bytes, from: cookie.from, to: 0)
            #expect(copy.queue.isEmpty, "byte \(index)")
        }
        var elsewhere = net
        elsewhere.inject(cookie.bytes, from: Self.flooder, to: 0)
        #expect(elsewhere.queue.isEmpty && elsewhere.drops(0, .unknownSession) == 1)
        net.deliver(cookie)
        net.deliver(cookie)
        let retry = try net.take()
        #expect(net.queue.isEmpty, "a cookie led to two packets")
        for index in retry.bytes.indices {
            var copy = net
            var bytes = retry.bytes
            bytes[index] ^= 1
            copy.inject(bytes, from: retry.from, to: 1)
            #expect(copy.arrivals.isEmpty, "byte \(index)")
        }
        net.deliver(retry)
        #expect(net.texts(at: 1) == ["?one"])
    }

    @Test func cookieIsGoodForItsAddressOnly() throws {
        var (net, _) = loaded()
        net.ask("?one", from: 0, to: 1)
        try net.deliver(net.take())
        try net.deliver(net.take())
        let retry = try net.take()
        let home = net.nodes[0].address
        for source in [UDPEndpoint(ip: home.ip, port: home.port + 1), DatagramNet.address(2), Self.flooder] {
            let cookies = net.counters(1).cookiesSent
            net.inject(retry.bytes, from: source, to: 1)
            #expect(net.arrivals.isEmpty && net.counters(1).cookiesSent == cookies + 1)
        }
        net.deliver(retry)
        #expect(net.texts(at: 1) == ["?one"])
    }

    @Test func cookiesGrowOld() throws {
        let lifetime = DatagramSettings().cookieLifetime
        for (age, isGood) in [(TimeSpan.zero, true), (lifetime, true), (lifetime * 2, false), (lifetime * 9, false)] {
            var (net, flood) = loaded()
            let cookie = { (packet: [UInt8]) -> [UInt8] in
                net.inject(packet, from: net.nodes[0].address, to: 1)
                let sent = net.queue.removeFirst()
                return InitiationPacket.adding(cookie: Array(sent.bytes.suffix(16)), to: packet)
            }
            let retry = cookie(flood.packet())
            net.now = net.now + age
            flood.send(900, to: 1, of: &net)
            let cookies = net.counters(1).cookiesSent
            net.inject(retry, from: net.nodes[0].address, to: 1)
            // A good one is taken for what it is, and falls through at the next check.
            #expect(net.counters(1).cookiesSent == cookies + (isGood ? 0 : 1), "\(age)")
        }
    }

    /// A node that answers with cookies only, whatever comes.
    @Test func secondCookieIsNotAnswered() throws {
        var net = DatagramNet()
        net.ask("?one", from: 0, to: 1)
        let packet = try net.take()
        let read = try #require(InitiationPacket(packet.bytes))
        for byte in UInt8(0)..<5 {
            net.inject(
                CookiePacket.encode(receiver: read.sender, mac: read.mac, cookie: [UInt8](repeating: byte, count: 16)),
                from: packet.to, to: 0)
        }
        #expect(net.queue.count == 1 && net.drops(0, .unknownSession) == 4)
        // The right answer to the first packet is still taken.
        net.queue = []
        net.deliver(packet)
        net.settle()
        #expect(net.texts(at: 0) == ["!one"])
    }

    // MARK: Shares

    @Test func oneNetworkHasItsShare() {
        var net = DatagramNet(nodes: 2)
        var flood = Flood(net, node: 1)
        for index in 0..<200 {
            let source = UDPEndpoint(ip: .v4(0x0808_0800 + UInt32(index % 256)), port: 1_000 + UInt16(index))
            net.inject(flood.packet(), from: source, to: 1)
        }
        #expect(net.drops(1, .notAuthentic) == DatagramSettings().prefixHandshakeBurst)
        #expect(net.counters(1).cookiesSent == 200 - DatagramSettings().prefixHandshakeBurst)
        net.queue = []
        // Others have theirs, and the same network with a cookie has another.
        net.ask("?one", from: 0, to: 1)
        net.settle()
        #expect(net.sent.suffix(2).map(\.kind) == [.initiation, .response])
        net.move(0, to: Self.flooder)
        net.ask("?two", from: 0, to: 1, isFirst: true)
        net.settle()
        #expect(net.sent.suffix(4).map(\.kind) == [.initiation, .cookie, .initiation, .response])
        #expect(net.texts(at: 0) == ["!one", "!two"])
    }

    @Test func aNetworkWithCookiesHasItsShare() {
        var net = DatagramNet(nodes: 2)
        var flood = Flood(net, node: 1)
        var passed = 0
        for _ in 0..<300 {
            let packet = flood.packet()
            net.inject(packet, from: Self.flooder, to: 1)
            guard let reply = net.queue.popLast() else { continue }
            net.inject(
                InitiationPacket.adding(cookie: Array(reply.bytes.suffix(16)), to: packet), from: Self.flooder, to: 1)
            passed += 1
        }
        #expect(passed == 220)
        #expect(net.drops(1, .notAuthentic) == 160 && net.drops(1, .tooManyHandshakes) == 140)
        net.now = net.now + .seconds(1)
        for _ in 0..<50 { net.inject(flood.packet(), from: Self.flooder, to: 1) }
        #expect(net.drops(1, .notAuthentic) == 180)
    }

    @Test func networksThatMeanNothingHaveNoShare() throws {
        var net = DatagramNet(nodes: 2)
        var flood = Flood(net, node: 1)
        let local = UDPEndpoint(ip: try #require(IPAddress("192.168.1.7")), port: 1)
        for _ in 0..<300 { net.inject(flood.packet(), from: local, to: 1) }
        #expect(net.drops(1, .notAuthentic) == 300)
    }

    @Test func rateOverAll() {
        var (net, flood) = loaded()
        let taken = net.drops(1, .notAuthentic)
        for _ in 0..<10 {
            net.now = net.now + .milliseconds(100)
            flood.send(400, to: 1, of: &net)
        }
        let more = net.drops(1, .notAuthentic) - taken
        #expect((390...410).contains(more), "\(more) in a second")
    }

    @Test func allowancesDoNotOverflow() {
        var largest = Allowance(perSecond: 1, burst: .max, at: .zero)
        let first = largest.take(at: .zero)
        #expect(first && !largest.isBelowHalf(at: .zero))
        var least = Allowance(perSecond: 0, burst: 0, at: .zero)
        // A clock that stands still, or seems to go back, gives nothing.
        let taken = [Instant.zero, .zero, .distantFuture, .zero].map { least.take(at: $0) }
        #expect(taken == [true, false, true, false])
    }
}
