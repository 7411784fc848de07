import Testing

@testable import Overlay

@Suite struct RegistrarTests {
    private let topic = Topic.model("gpt-4o-mini").key
    private let hosts: [PeerID]
    private let settings: AdvertisementSettings

    init() {
        var fixtures = RoutingFixtures(seed: 51)
        hosts = (0..<8).map { _ in fixtures.identity().peerID }
        var settings = AdvertisementSettings()
        settings.capacity = 100
        settings.lifetime = .seconds(1_000)
        self.settings = settings
    }

    private func registrar(seed: UInt64 = 1) -> Registrar {
        var random = RandomSource(seed: seed)
        return Registrar(settings: settings, random: &random)
    }

    private func wanted(_ host: PeerID, _ ticket: Ticket, _ advertisement: [UInt8] = [1]) -> RegistrationRequest {
        RegistrationRequest(
            request: 1, way: .link, ticket: ticket, host: host, topic: topic, advertisement: advertisement)
    }

    private func ask(_ registrar: inout Registrar, _ host: PeerID, at now: Instant) throws -> (TimeSpan, Ticket) {
        guard case .waiting(let span, let ticket) = registrar.ask(topic: topic, host: host, prefix: nil, at: now) else {
            throw WireError.truncated
        }
        return (span, ticket)
    }

    /// A registrar with an advertisement of each of the first `count` hosts, whose waits were kept.
    private func filled(_ count: Int) throws -> (Registrar, Instant) {
        var registrar = registrar()
        var now = Instant.zero
        for host in hosts.prefix(count) {
            let (span, ticket) = try ask(&registrar, host, at: now)
            now = now + span
            let answer = registrar.register(wanted(host, ticket), prefix: nil, at: now)
            #expect(answer == .registered(settings.lifetime))
        }
        return (registrar, now)
    }

    @Test func theFirstNeedsNotWait() throws {
        let (registrar, now) = try filled(1)
        #expect(now <= .zero + .milliseconds(1))
        #expect(registrar.table.count == 1)
    }

    @Test func waitsAreKeptToAndTicketsAreOnesOwn() throws {
        var (registrar, now) = try filled(3)
        let (span, ticket) = try ask(&registrar, hosts[5], at: now)
        #expect(span > .seconds(20))
        let early = registrar.register(wanted(hosts[5], ticket), prefix: nil, at: now + span / 2)
        guard case .waiting(let rest, let later) = early else {
            Issue.record("\(early)")
            return
        }
        #expect(rest <= span / 2 + .milliseconds(1))
        let stolen = registrar.register(wanted(hosts[6], later), prefix: nil, at: now + span)
        guard case .waiting(let whole, _) = stolen else {
            Issue.record("\(stolen)")
            return
        }
        #expect(whole >= span, "another host's ticket counts for nothing")
        let last = registrar.register(wanted(hosts[5], later), prefix: nil, at: now + span + .seconds(1))
        #expect(last == .registered(settings.lifetime))
        #expect(registrar.table.count == 4)
    }

    @Test func ticketsOfOthersAndLateOnesBeginAnew() throws {
        var (registrar, now) = try filled(3)
        var other = self.registrar(seed: 2)
        let (_, foreign) = try ask(&other, hosts[5], at: .zero)
        for (ticket, at) in [(foreign, now), (try ask(&registrar, hosts[5], at: now).1, now + .seconds(500))] {
            let answer = registrar.register(wanted(hosts[5], ticket), prefix: nil, at: at)
            guard case .waiting(let span, _) = answer else {
                Issue.record("\(answer)")
                continue
            }
            #expect(span > .seconds(20))
        }
        #expect(registrar.table.count == 3)
    }

    @Test func aLaterStatementReplacesWithoutAWait() throws {
        var (registrar, now) = try filled(2)
        let answer = registrar.register(wanted(hosts[0], .none, [9, 9]), prefix: nil, at: now + .seconds(100))
        guard case .registered(let left) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(left < settings.lifetime, "it ends when the one before would have")
        let found = registrar.advertisements(of: topic, at: now + .seconds(100))
        #expect(found == [[9, 9], [1]])
        let withdrawn = registrar.withdraw(topic: topic, host: hosts[0])
        #expect(withdrawn == .registered(.zero))
        let rest = registrar.advertisements(of: topic, at: now)
        #expect(rest == [[1]])
    }

    @Test func aStrangerWithoutATicketIsTold() throws {
        var (registrar, now) = try filled(2)
        let answer = registrar.register(wanted(hosts[4], .none), prefix: nil, at: now)
        guard case .waiting = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(registrar.table.count == 2)
    }
}
