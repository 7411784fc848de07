import Gossip
import Overlay
import Testing

@testable import Inference

/// A node whose calendar is wrong among others whose are right.
struct CalendarTests {
    private static let day: Int64 = 86_400_000

    /// Five nodes, all linked with each other, each with a service.
    private func five(_ settings: PeerSettings = PeerSettings()) throws -> Network {
        let network = try Network(Network.Options(seed: 5, settings: settings))
        for _ in 0..<5 { network.publish([try Network.offer()], at: try network.add(token: .lasting(.hours(48)))) }
        for a in 0..<5 {
            for b in 0..<a { #expect(network.link(a, b)) }
        }
        try #require(network.run(atMost: .seconds(30)) { (0..<5).allSatisfy { network.hosts(at: $0).count == 5 } })
        return network
    }

    private func setCalendar(of node: Int, ahead error: Int64, in network: Network) {
        network.nodes[node].calendarError = error
        network.run(for: .seconds(20))
    }

    @Test(arguments: [day, -day, 300_000, -300_000])
    func aCalendarThatJumpsEmptiesNoList(error: Int64) throws {
        let network = try five()
        let changes = network.nodes[0].changes.count
        func isRemoval(_ change: CatalogChange) -> Bool { if case .removed = change { true } else { false } }
        setCalendar(of: 0, ahead: error, in: network)
        #expect(network.hosts(at: 0).count == 5)
        #expect(!network.nodes[0].changes.dropFirst(changes).contains(where: isRemoval), "nothing went and came back")
        let word = error > 0 ? "ahead of" : "behind"
        #expect(network.nodes[0].hasNotice("\(word) those of most neighbours"))
        let lead = try #require(network.nodes[0].peer.calendarLead(at: network.moment(of: 0)))
        #expect(lead.magnitude.distance(to: error.magnitude).magnitude < 1_000 && (lead > 0) == (error < 0))
        let others = (1..<5).compactMap { network.nodes[$0].peer.calendarLead(at: network.moment(of: $0)) }
        #expect(others.count == 4 && others.allSatisfy { $0.magnitude < 1_000 }, "one of four does not move the middle")

        setCalendar(of: 0, ahead: 0, in: network)
        #expect(network.nodes[0].hasNotice("agrees with those of the neighbours again"))
        #expect(network.hosts(at: 0).count == 5)
    }

    @Test func whatSuchANodeSignsIsTakenByTheOthers() throws {
        let network = try five()
        setCalendar(of: 0, ahead: Self.day, in: network)
        network.publish([try Network.offer(models: ["new"])], at: 0)
        #expect(
            network.run(atMost: .seconds(5)) {
                (1..<5).allSatisfy { network.hosts(of: "new", at: $0) == [network.nodes[0].id] }
            })
        setCalendar(of: 0, ahead: 0, in: network)
        network.publish([try Network.offer(models: ["newer"])], at: 0)
        #expect(
            network.run(atMost: .seconds(5)) {
                (1..<5).allSatisfy { network.hosts(of: "newer", at: $0) == [network.nodes[0].id] }
            }, "it does not wait for a day until its numbers count again")
    }

    @Test(arguments: [day, -day]) func aNodeThatStartsWithAWrongCalendarIsKnownAllTheSame(error: Int64) throws {
        let network = try Network(Network.Options(seed: 6))
        for _ in 0..<4 { _ = try network.add(token: .lasting(.hours(48))) }
        let late = try network.add(token: .lasting(.hours(48)), listens: true)
        network.nodes[late].calendarError = error
        let address = try #require(network.nodes[late].address)
        network.enter(late) { $0.setAddresses([address], at: $1, into: &$2) }
        network.publish([try Network.offer()], at: late)
        for other in 0..<4 { #expect(network.link(other, late)) }
        let id = network.nodes[late].id
        #expect(
            network.run(atMost: .seconds(10)) {
                (0..<4).allSatisfy { node in
                    let contact = network.nodes[node].peer.kademlia.contact(of: id)
                    return (try? contact?.checkTime(at: network.moment.wall)) != nil && network.lists(late, at: node)
                }
            })
    }

    @Test func anErrorWithinWhatIsToleratedChangesNothing() throws {
        let network = try five()
        setCalendar(of: 0, ahead: 60_000, in: network)
        #expect(!network.nodes[0].hasNotice("most neighbours"))
        #expect(network.nodes[0].peer.adjusted(network.moment(of: 0)) == network.moment(of: 0))
    }

    @Test func tokensGoByTheOwnCalendar() throws {
        let network = try five()
        network.nodes[0].calendarError = 400 * Self.day
        let now = network.nodes[0].peer.adjusted(network.moment(of: 0))
        #expect(now.own == network.moment(of: 0).wall)
        #expect(now.wall.since(network.moment.wall) < .seconds(1))
        #expect(network.run(atMost: .minutes(1)) { network.nodes[0].peer.linkCount == 0 }, "all tokens are over here")
    }

    @Test func fewNeighboursDecideNothing() throws {
        var settings = PeerSettings()
        settings.leastCalendars = 5
        let network = try five(settings)
        setCalendar(of: 0, ahead: Self.day, in: network)
        #expect(network.nodes[0].peer.calendarLead(at: network.moment(of: 0)) == nil)
        #expect(network.hosts(at: 0).allSatisfy { $0 == network.nodes[0].id }, "what it does not know better is over")
    }

    @Test func aJumpIsToldToTheNeighbours() throws {
        let network = try five()
        // Three of five jump: for the other two, most neighbours are elsewhere.
        for node in 0..<3 { network.nodes[node].calendarError = Self.day }
        network.run(for: .seconds(20))
        for node in 3..<5 {
            let lead = try #require(network.nodes[node].peer.calendarLead(at: network.moment(of: node)))
            #expect(
                lead.magnitude.distance(to: Self.day.magnitude).magnitude < 1_000,
                "the middle of two and two is the nearer")
        }
    }
}

struct MeshTimeTests {
    private func moment(_ wall: UInt64, at milliseconds: UInt64) -> Moment {
        Moment(instant: .zero + .milliseconds(milliseconds), wall: WallTime(milliseconds: wall))
    }

    private func bases(_ walls: UInt64...) -> [MeshTime.Base] {
        walls.map { MeshTime.Base(WallTime(milliseconds: $0), at: .zero) }
    }

    @Test func theMiddleDecides() {
        var time = MeshTime()
        #expect(time.lead(at: moment(1_000, at: 0)) == nil)
        time.take(bases(5, 1_000_000, 9_000_000_000), least: 3)
        #expect(time.lead(at: moment(1_000_700, at: 500)) == -200)
        #expect(time.adjusted(moment(1_000_700, at: 500), tolerance: .seconds(1)).wall.milliseconds == 1_000_700)
        #expect(time.adjusted(moment(5_000_500, at: 500), tolerance: .seconds(1)).wall.milliseconds == 1_000_500)
        time.take(bases(5, 6), least: 3)
        #expect(time.lead(at: moment(1_000, at: 0)) == nil, "too few")
    }

    @Test func ofTwoMiddleOnesTheNearerCounts() {
        var time = MeshTime()
        time.take(bases(1_000, 2_000, 8_000, 9_000), least: 3)
        #expect(time.lead(at: moment(5_000, at: 0)) == 0, "between them nobody is wrong for certain")
        #expect(time.lead(at: moment(1_500, at: 0)) == 500)
        #expect(time.lead(at: moment(8_500, at: 0)) == -500)
    }

    @Test func whateverIsSaidFits() {
        for wall in [0, 1, UInt64(Int64.max), .max - 1, .max] {
            for instant in [Instant.zero, .distantFuture] {
                var time = MeshTime()
                time.take(
                    Array(repeating: MeshTime.Base(WallTime(milliseconds: wall), at: instant), count: 3), least: 3)
                for now in [moment(0, at: 0), Moment(instant: .distantFuture, wall: WallTime(milliseconds: .max))] {
                    _ = time.lead(at: now)
                    #expect(time.adjusted(now, tolerance: .seconds(1)).own == now.own)
                }
            }
        }
    }
}
