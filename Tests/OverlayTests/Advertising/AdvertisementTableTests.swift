import Testing

@testable import Overlay

@Suite struct AdvertisementTableTests {
    private var settings: AdvertisementSettings {
        var settings = AdvertisementSettings()
        settings.capacity = 20
        settings.perTopic = 8
        settings.bytes = 1_500
        settings.lifetime = .minutes(10)
        return settings
    }

    private func topic(_ number: Int) -> NodeKey { Topic.service("inference:\(number)").key }

    private func hosts(_ count: Int) -> [PeerID] {
        var fixtures = RoutingFixtures(seed: 41)
        return (0..<count).map { _ in fixtures.identity().peerID }
    }

    private func prefix(_ number: Int) -> AddressPrefix {
        AddressPrefix(.v4(0x0808_0000 | UInt32(number) << 8 | 1))
    }

    @Test func anEmptyTableLetsEverybodyIn() {
        let table = AdvertisementTable(settings: settings)
        let wait = table.waitingTime(topic: topic(1), host: hosts(1)[0], prefix: prefix(1))
        #expect(wait < .milliseconds(1))
    }

    @Test func whoHasMuchWaitsLonger() {
        var settings = settings
        settings.capacity = 100
        var table = AdvertisementTable(settings: settings)
        let hosts = hosts(10)
        for host in hosts.prefix(4) {
            _ = table.insert([1], topic: topic(1), host: host, prefix: prefix(1), at: .zero)
        }
        let popular = table.waitingTime(topic: topic(1), host: hosts[9], prefix: prefix(2))
        let rare = table.waitingTime(topic: topic(2), host: hosts[9], prefix: prefix(2))
        let crowded = table.waitingTime(topic: topic(2), host: hosts[9], prefix: prefix(1))
        let both = table.waitingTime(topic: topic(1), host: hosts[9], prefix: prefix(1))
        #expect(rare < .milliseconds(10))
        #expect(popular > .seconds(20) && crowded > .seconds(20))
        #expect(both > popular && both > crowded && both <= .minutes(10))
        let own = table.waitingTime(topic: topic(1), host: hosts[0], prefix: prefix(1))
        #expect(own < both, "what a host has itself does not count against it")
    }

    @Test func localNetworksSayNothing() {
        var table = AdvertisementTable(settings: settings)
        let (hosts, home) = (hosts(5), AddressPrefix(.v4(0xc0a8_0101)))
        for (number, host) in hosts.prefix(4).enumerated() {
            _ = table.insert([1], topic: topic(number), host: host, prefix: home, at: .zero)
        }
        #expect(table.count == 4)
        #expect(table.waitingTime(topic: topic(9), host: hosts[4], prefix: home) < .milliseconds(10))
    }

    @Test func endsInTheOrderOfEntry() {
        var table = AdvertisementTable(settings: settings)
        let hosts = hosts(3)
        for (number, host) in hosts.enumerated() {
            let at = Instant.zero + .seconds(UInt64(number))
            _ = table.insert([UInt8(number)], topic: topic(1), host: host, prefix: nil, at: at)
        }
        #expect(table.advertisements(of: topic(1)) == [[0], [1], [2]])
        // The first one comes again: it now ends last.
        _ = table.insert([7], topic: topic(1), host: hosts[0], prefix: nil, at: .zero + .seconds(5))
        #expect(table.advertisements(of: topic(1)) == [[1], [2], [7]])
        table.expire(at: .zero + .minutes(10) + .seconds(2))
        #expect(table.advertisements(of: topic(1)) == [[7]])
        #expect(table.nextDeadline == .zero + .minutes(10) + .seconds(5))
        let (isReplaced, isRevived) = (
            table.replace([8, 8], topic: topic(1), host: hosts[0]), table.replace([8], topic: topic(1), host: hosts[1])
        )
        #expect(isReplaced && !isRevived, "the second has ended")
        table.expire(at: .zero + .minutes(10) + .seconds(5))
        #expect(table.count == 0 && table.byteCount == 0)
    }

    @Test(arguments: 1...40) func keepsItsBounds(seed: UInt64) {
        print("seed \(seed)")
        var random = RandomSource(seed: seed)
        var table = AdvertisementTable(settings: settings)
        let hosts = hosts(12)
        var now = Instant.zero
        var refused = 0
        for _ in 0..<600 {
            now = now + .seconds(UInt64(random.below(20)))
            let (topic, host) = (topic(random.below(4)), hosts[random.below(hosts.count)])
            switch random.below(6) {
            case 0: table.remove(topic: topic, host: host)
            case 1: _ = table.replace(random.bytes(1 + random.below(150)), topic: topic, host: host)
            case 2: table.expire(at: now)
            default:
                let bytes = random.bytes(1 + random.below(150))
                let prefix = prefix(random.below(3))
                if !table.insert(bytes, topic: topic, host: host, prefix: prefix, at: now) { refused += 1 }
                #expect(table.waitingTime(topic: topic, host: host, prefix: prefix) <= settings.lifetime)
            }
            let all = (0..<4).map { table.advertisements(of: self.topic($0)) }
            #expect(table.count <= settings.capacity && table.byteCount <= settings.bytes)
            #expect(all.allSatisfy { $0.count <= settings.perTopic })
            #expect(all.joined().count == table.count)
            #expect(all.joined().reduce(0) { $0 + $1.count } == table.byteCount)
        }
        #expect(refused > 0, "the bounds were met")
        table.expire(at: now + settings.lifetime)
        #expect(table.count == 0 && table.byteCount == 0)
        let wait = table.waitingTime(topic: topic(0), host: hosts[0], prefix: prefix(0))
        #expect(wait < .milliseconds(1), "nothing is remembered of what has ended")
    }
}
