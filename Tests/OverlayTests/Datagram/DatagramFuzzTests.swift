import Testing

@testable import Overlay

/// Random and mutated packets in random order.
struct DatagramFuzzTests {
    private static let victim = UDPEndpoint(ip: .v4(0xcb00_7117), port: 17)

    private func seeds(_ count: UInt64, _ name: String) -> Range<UInt64> {
        let base = UInt64(0)
        print("\(name): seeds \(base) to \(base + count - 1)")
        return base..<base + count
    }

    private func mutate(_ bytes: [UInt8], _ random: inout RandomSource) -> [UInt8] {
        var bytes = bytes
        switch random.below(6) {
        case 0: bytes = Array(bytes.prefix(random.below(bytes.count + 1)))
        case 1: bytes += random.bytes(random.below(40))
        case 2: bytes.swapAt(random.below(bytes.count), random.below(bytes.count))
        case 3: bytes[0] = UInt8(random.below(6))
        case 4:
            // Another number, or another counter.
            for index in 1..<min(13, bytes.count) where random.below(3) == 0 {
                bytes[index] = UInt8(truncatingIfNeeded: random.next())
            }
        default:
            for _ in 0...random.below(4) {
                bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
            }
        }
        return bytes
    }

    @Test func randomBytesLeadToNothing() {
        for seed in seeds(40, "random datagrams") {
            var random = RandomSource(seed: seed)
            var net = DatagramNet(seed: seed)
            net.ask("?one", from: 0, to: 1)
            net.settle()
            let sent = net.sent.count
            for _ in 0..<300 {
                var bytes = random.bytes(random.below(3) == 0 ? 1_200 : random.below(1_400))
                if !bytes.isEmpty, random.below(4) > 0 { bytes[0] = UInt8(1 + random.below(4)) }
                net.inject(bytes, from: Self.victim, to: random.below(2))
            }
            #expect(net.sent.count == sent && net.arrivals.count == 2, "seed \(seed)")
        }
    }

    /// Whatever is done to packets on the way, no message comes up that nobody sent, and none more often than it was sent.
    @Test func mutatedPackets() {
        for seed in seeds(80, "mutated datagrams") {
            var random = RandomSource(seed: seed)
            var net = DatagramNet(nodes: 3, seed: seed)
            var asked = 0
            for _ in 0..<60 {
                let node = random.below(3)
                net.ask("?\(asked)", from: node, to: (node + 1 + random.below(2)) % 3, isFirst: random.below(4) == 0)
                asked += 1
                var steps = 0
                while !net.queue.isEmpty, steps < 12 {
                    steps += 1
                    let packet = net.queue.remove(at: random.below(net.queue.count))
                    for _ in 0..<random.below(3) {
                        net.inject(mutate(packet.bytes, &random), from: packet.from, to: random.below(3))
                    }
                    switch random.below(8) {
                    case 0: break
                    case 1: net.inject(packet.bytes, from: Self.victim, to: random.below(3))
                    case 2:
                        for _ in 0..<2 { net.deliver(packet) }
                    default: net.deliver(packet)
                    }
                }
                net.now = net.now + .seconds(UInt64(random.below(40)))
            }
            let all = net.arrivals.map { "\($0.node) \($0.text)" }
            #expect(Set(all).count == all.count, "seed \(seed): a message came twice")
            let known = Set((0..<asked).flatMap { ["?\($0)", "!\($0)"] })
            #expect(net.arrivals.allSatisfy { known.contains($0.text) }, "seed \(seed): a message of nobody")
            #expect(!all.isEmpty)
        }
    }

    /// Nobody can make a node send more to an address than came from there, unless somebody there has read what came.
    @Test func spoofedSourceGetsNoMoreThanItSeemsToSend() throws {
        for seed in seeds(60, "spoofed sources") {
            var random = RandomSource(seed: seed)
            var net = DatagramNet(nodes: 3, seed: seed)
            net.padding = 1_000
            let forger = net.nodes[0].address
            if random.below(3) == 0 { loadUp(&net, &random) }
            var recorded: [[UInt8]] = []
            var (claimed, got) = (0, 0)
            for step in 0..<60 {
                // The forger has good keys and, after a while, a session from its own address.
                net.ask("?\(step) and a little more", from: 0, to: 1, isFirst: random.below(3) == 0)
                while !net.queue.isEmpty {
                    let packet = net.queue.removeFirst()
                    let isForged = packet.from == forger && random.below(2) == 0
                    if packet.from == forger { recorded.append(packet.bytes) }
                    guard isForged else {
                        // What goes to the victim is read by nobody there.
                        if packet.to != Self.victim { net.deliver(packet) }
                        continue
                    }
                    claimed += packet.bytes.count
                    net.inject(packet.bytes, from: Self.victim, to: 1)
                }
                if let old = recorded.isEmpty ? nil : recorded[random.below(recorded.count)] {
                    let bytes = random.below(2) == 0 ? old : mutate(old, &random)
                    claimed += bytes.count
                    net.inject(bytes, from: Self.victim, to: 1)
                }
                net.queue.removeAll { $0.to == Self.victim }
                got = net.sent.filter { $0.to == Self.victim }.reduce(0) { $0 + $1.bytes.count }
                #expect(got <= claimed, "seed \(seed), step \(step): \(got) for \(claimed)")
                net.now = net.now + .milliseconds(UInt64(random.below(3_000)))
            }
            #expect(got > 0, "seed \(seed) shows nothing")
        }
    }

    private func loadUp(_ net: inout DatagramNet, _ random: inout RandomSource) {
        let mac = PacketMAC(receiver: net.nodes[1].identity.publicKey, mesh: DatagramNet.mesh)
        for index in 0..<500 {
            let packet = InitiationPacket.encode(sender: 1, noise: random.bytes(InitiationPacket.noiseLength), key: mac)
            net.inject(packet, from: UDPEndpoint(ip: .v4(0x0b00_0000 + UInt32(index) << 8), port: 1), to: 1)
        }
        net.queue = []
    }

    /// The forger even reads what goes to the victim, and so has keys; answers go there all the same only when packets come
    /// from there.
    @Test func keysReadOnTheWayDoNotMakeAnAmplifier() throws {
        var net = DatagramNet()
        net.padding = 1_000
        let own = net.nodes[0].address
        net.ask("?with a forged sender", from: 0, to: 1)
        var first = try net.take()
        first.from = Self.victim
        net.deliver(first)
        let response = try net.take()
        #expect(response.to == Self.victim)
        net.inject(response.bytes, from: net.nodes[1].address, to: 0)
        for step in 0..<20 {
            net.ask("?from its own address \(step)", from: 0, to: 1)
            let packet = try net.take()
            #expect(packet.kind == .transport)
            net.inject(packet.bytes, from: own, to: 1)
            net.queue = []
        }
        let got = net.sent.filter { $0.to == Self.victim }.reduce(0) { $0 + $1.bytes.count }
        #expect(got <= first.bytes.count && net.texts(at: 1).count == 21)
    }
}
