import Gossip
import Overlay
import Testing

@testable import Inference

/// What is kept about loads, and for how long.
struct LoadTableTests {
    private let service: ServiceName
    private let settings: LoadSettings
    private let start = Instant.zero + .seconds(100)

    init() throws {
        service = try #require(ServiceName("inference:demo"))
        var settings = LoadSettings()
        settings.mostHeard = 2
        settings.mostSubscriptions = 2
        self.settings = settings
    }

    private func place(_ number: UInt8) throws -> ServicePlace {
        ServicePlace(peer: try AuthorizationFixture.peer(number), service: service)
    }

    private func load(_ running: UInt16, of slots: UInt16? = 4) -> ServiceLoad {
        ServiceLoad(service: service, running: running, slots: slots)
    }

    @Test func nothingIsKeptOfHostsThatNobodyAsked() throws {
        var heard = HeardLoads()
        let isTaken = try heard.heard(load(1), from: place(1).peer, at: start)
        #expect(!isTaken && heard.isEmpty)
    }

    @Test func whatWasHeardRunsOut() throws {
        var heard = HeardLoads()
        let place = try place(1)
        heard.asked(place, settings: settings)
        #expect(heard.known(of: place, own: 0, at: start, settings: settings) == nil)
        _ = heard.heard(load(1), from: place.peer, at: start)
        let fresh = try #require(heard.known(of: place, own: 2, at: start + settings.validity, settings: settings))
        #expect(fresh.running == 3 && fresh.free == 1 && !fresh.isFull && !fresh.isIdle)
        let late = start + settings.validity + .milliseconds(1)
        #expect(heard.known(of: place, own: 2, at: late, settings: settings) == nil)
    }

    @Test func ownRequestsFillTheLastSlots() throws {
        var heard = HeardLoads()
        let place = try place(1)
        heard.asked(place, settings: settings)
        _ = heard.heard(load(1), from: place.peer, at: start)
        #expect(heard.known(of: place, own: 3, at: start, settings: settings)?.isFull == true)
        _ = heard.heard(load(0, of: nil), from: place.peer, at: start)
        let unlimited = try #require(heard.known(of: place, own: 300, at: start, settings: settings))
        #expect(!unlimited.isFull && unlimited.free == nil)
    }

    @Test func aBusyAnswerCountsUntilItSaysToTryAgain() throws {
        var heard = HeardLoads()
        let place = try place(1)
        heard.asked(place, settings: settings)
        heard.busy(place, retryAfter: .seconds(3), at: start, settings: settings)
        let busy = try #require(heard.known(of: place, own: 0, at: start + .seconds(2), settings: settings))
        #expect(busy.isFull && busy.running == nil && busy.free == 0)
        #expect(heard.known(of: place, own: 0, at: start + .seconds(3), settings: settings) == nil)
        // Weeks are no longer than half a minute.
        heard.busy(place, retryAfter: .hours(900), at: start, settings: settings)
        #expect(heard.known(of: place, own: 0, at: start + .seconds(29), settings: settings)?.isFull == true)
        #expect(heard.known(of: place, own: 0, at: start + settings.validity, settings: settings) == nil)
        // The host's own word comes later and counts.
        heard.busy(place, retryAfter: .seconds(20), at: start, settings: settings)
        _ = heard.heard(load(0), from: place.peer, at: start + .seconds(1))
        #expect(heard.known(of: place, own: 0, at: start + .seconds(1), settings: settings)?.isIdle == true)
    }

    @Test func whatWasAskedLongestAgoGivesWay() throws {
        var heard = HeardLoads()
        for number: UInt8 in [1, 2, 1, 3] { heard.asked(try place(number), settings: settings) }
        #expect(heard.count == 2)
        let places = try [1, 2, 3].map { try place($0) }
        let isTaken = places.map { heard.heard(load(0), from: $0.peer, at: start) }
        #expect(isTaken == [true, false, true])
    }

    @Test func subscriptionsHaveABound() throws {
        let authority = try MeshAuthority()
        let admission = try Admission(roots: [authority.root.publicKey])
        var subscribers = LoadSubscribers()
        for number: UInt8 in [1, 2, 1, 3] {
            let place = try place(number)
            let admitted = try admission.admit(
                authority.token(for: place.peer), from: place.peer, at: MeshAuthority.start)
            subscribers.asked(place, admitted, at: start, settings: settings)
        }
        #expect(subscribers.count == 2)
        #expect(try subscribers[place(1)] != nil && subscribers[place(2)] == nil && subscribers[place(3)] != nil)
        #expect(subscribers.due(at: start).count == 2 && subscribers.nextDeadline <= start)
    }
}
