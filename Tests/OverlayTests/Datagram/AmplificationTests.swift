import Testing

@testable import Overlay

/// Whatever comes, in whatever order and from wherever it seems to come: an address that has not shown that it receives is
/// never sent more bytes than came from it, at any moment.
struct AmplificationTests {
    /// What a node under test has to do with an address.
    private struct Account {
        var received = 0
        var sent = 0
        /// Somebody there has read what the node sent.
        var isRead = false
        /// And has sent something since.
        var isProven = false
    }

    /// A node under test, one that has good keys and moves, a forger in the middle of everything, and addresses at which
    /// nobody is.
    private struct World {
        static let target = 1
        static let mover = 0
        private static let settings: DatagramSettings = {
            var settings = DatagramSettings()
            // So few that cookies are asked for, sessions are forgotten and tables overflow.
            settings.handshakeBurst = 4
            settings.handshakesPerSecond = 1
            settings.prefixHandshakeBurst = 1
            settings.prefixHandshakesPerSecond = 1
            settings.sessions = 4
            settings.unconfirmedSessions = 3
            settings.seenHandshakes = 6
            return settings
        }()

        var net: DatagramNet
        var random: RandomSource
        var accounts: [UDPEndpoint: Account] = [:]
        var recorded: [DatagramNet.Packet] = []
        private(set) var victims: [UDPEndpoint]
        private var moves: UInt16 = 0
        private(set) var complaint: String?
        private(set) var cookies = 0
        private(set) var proofs = 0

        init(seed: UInt64) {
            random = RandomSource(seed: seed)
            let isUnderLoad = random.below(2) == 0
            net = DatagramNet(nodes: 3, seed: seed, settings: isUnderLoad ? Self.settings : DatagramSettings())
            net.padding = random.below(1_000)
            victims = (0..<4).map { UDPEndpoint(ip: .v4(0xcb00_7101 + UInt32($0) << 8), port: 53) }
        }

        var targetAddress: UDPEndpoint { net.nodes[Self.target].address }

        /// A packet arrives at the node under test.
        mutating func arrive(_ bytes: [UInt8], from source: UDPEndpoint, isGenuine: Bool) {
            accounts[source, default: Account()].received += bytes.count
            if isGenuine, accounts[source]?.isRead == true, accounts[source]?.isProven == false {
                accounts[source]?.isProven = true
                proofs += 1
            }
            let before = net.sent.count
            net.inject(bytes, from: source, to: Self.target)
            for packet in net.sent[before...] {
                accounts[packet.to, default: Account()].sent += packet.bytes.count
                if packet.kind == .cookie { cookies += 1 }
            }
            for (address, account) in accounts where !account.isProven && account.sent > account.received {
                complaint = "\(account.sent) bytes to \(address) for \(account.received)"
            }
        }

        /// Everything that is under way arrives, or not, as it is or otherwise.
        mutating func run() {
            var steps = 0
            while !net.queue.isEmpty, steps < 20, complaint == nil {
                steps += 1
                let packet = net.queue.remove(at: random.below(net.queue.count))
                recorded.append(packet)
                if random.below(8) == 0 { continue }
                guard packet.to == targetAddress else {
                    let isThere = net.nodes.contains { $0.address == packet.to }
                    if isThere, packet.from == targetAddress { accounts[packet.to]?.isRead = true }
                    net.deliver(packet)
                    continue
                }
                if random.below(3) == 0 { forge(packet.bytes) }
                arrive(packet.bytes, from: packet.from, isGenuine: true)
            }
            net.queue.removeAll { victims.contains($0.to) }
        }

        /// From an address at which nobody is, or from that of somebody else, as it is or changed.
        mutating func forge(_ bytes: [UInt8]) {
            var bytes = bytes
            if random.below(3) == 0, !bytes.isEmpty { bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8)) }
            if random.below(6) == 0 { bytes = Array(bytes.prefix(random.below(bytes.count + 1))) }
            let known = victims + net.nodes.map(\.address).filter { $0 != targetAddress }
            let source = known[random.below(known.count)]
            // An authentic packet proves that the peer got what was sent to that address while it was there, whoever sent it on.
            let isCopy = recorded.contains { $0.bytes == bytes }
            arrive(bytes, from: source, isGenuine: isCopy)
        }

        mutating func act(_ step: Int) {
            let isHurried = random.below(2) == 0
            switch random.below(10) {
            case 0...3:
                for _ in 0...random.below(4) {
                    net.ask("?\(step)", from: Self.mover, to: Self.target, isFirst: random.below(2) == 0)
                }
            case 4: net.ask("?\(step)", from: 2, to: Self.target, isFirst: random.below(2) == 0)
            case 5, 6:
                if !recorded.isEmpty { forge(recorded[random.below(recorded.count)].bytes) }
            case 7:
                let mac = PacketMAC(receiver: net.nodes[Self.target].identity.publicKey, mesh: DatagramNet.mesh)
                let noise = random.bytes(InitiationPacket.noiseLength)
                forge(InitiationPacket.encode(sender: UInt32(step), noise: noise, key: mac))
            case 8:
                var bytes = random.bytes(random.below(1_400))
                if !bytes.isEmpty { bytes[0] = UInt8(1 + random.below(4)) }
                forge(bytes)
            default:
                moves += 1
                net.move(Self.mover, to: DatagramNet.address(10 + Int(moves), port: 4_001))
            }
            let longest = isHurried ? 100 : random.below(6) == 0 ? 200_000 : 2_000
            net.now = net.now + .milliseconds(UInt64(random.below(longest)))
        }
    }

    @Test func unprovenAddressesGetNoMoreThanTheySend() {
        var (cookies, proofs, sent) = (0, 0, 0)
        for seed in Seeds.range(60) {
            var world = World(seed: seed)
            for step in 0..<80 where world.complaint == nil {
                world.act(step)
                world.run()
            }
            #expect(world.complaint == nil, "seed \(seed)")
            cookies += world.cookies
            proofs += world.proofs
            sent += world.victims.reduce(0) { $0 + (world.accounts[$1]?.sent ?? 0) }
        }
        print("\(cookies) cookies, \(proofs) proven addresses, \(sent) bytes to addresses at which nobody is")
        // Otherwise nothing was tried.
        #expect(cookies > 0 && proofs > 0 && sent > 0)
    }
}
