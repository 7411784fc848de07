import Overlay
import Testing

@testable import Simulator

@Suite struct DatagramTests {
    private static let now = VirtualTime(nanoseconds: 1_000_000_000)

    private static func model(_ change: (inout Plan) -> Void = { _ in }) throws -> NetworkModel {
        var plan = Plan(seed: 9, nodes: 100, duration: .seconds(1))
        plan.loss = .never
        change(&plan)
        return try NetworkModel(plan)
    }

    private static func fates(_ model: NetworkModel, under impairment: Impairment = .none) -> [DatagramFate] {
        (0..<10_000).map {
            model.fate(
                ofDatagram: UInt64($0), length: 500, from: NodeIndex(4), to: NodeIndex(5), at: now, under: impairment)
        }
    }

    @Test func arrivesAfterBaseAndJitter() throws {
        let model = try Self.model()
        let base = model.base(from: NodeIndex(4), to: NodeIndex(5))
        for fate in Self.fates(model) {
            guard case .arrives(let span) = fate else { return #expect(Bool(false), "\(fate)") }
            #expect(span >= base && span.nanoseconds <= base.nanoseconds * 11 / 10)
        }
    }

    @Test func isLostAndDoubledAsOftenAsThePlanSays() throws {
        let model = try Self.model {
            $0.loss = Ratio(1, 10)
            $0.duplication = Ratio(1, 20)
        }
        let fates = Self.fates(model)
        #expect(abs(fates.count { $0 == .lost } - 1_000) < 150)
        let twice = fates.count { if case .arrivesTwice = $0 { true } else { false } }
        #expect(abs(twice - 450) < 104)
    }

    @Test func faultsComeOnTopAndLeaveOthersAlone() throws {
        let model = try Self.model { $0.loss = Ratio(1, 10) }
        let plain = Self.fates(model)
        let troubled = Self.fates(
            model, under: Impairment(loss: Ratio(1, 4), duplication: Ratio(1, 3), reordering: Ratio(1, 5)))
        #expect(abs(troubled.count { $0 == .lost } - 3_250) < 235)
        var unchanged = 0
        for (before, after) in zip(plain, troubled) {
            if before == .lost { #expect(after == .lost) }
            guard case .arrives(let early) = before, case .arrives(let late) = after else { continue }
            #expect(late >= early && late <= early * 4)
            if early == late { unchanged += 1 }
        }
        // Neither lost nor doubled nor held up: 0.9·0.75·(2/3)·(4/5).
        #expect(abs(unchanged - 3_600) < 240)
    }

    @Test func whatIsTooLongNeverPasses() throws {
        let model = try Self.model()
        #expect(model.longestDatagram == 1_452)
        func fate(_ length: Int) -> DatagramFate {
            model.fate(ofDatagram: 0, length: length, from: NodeIndex(0), to: NodeIndex(1), at: Self.now)
        }
        #expect(fate(1_453) == .tooLong)
        #expect(fate(1_452) != .tooLong)
    }
}

@Suite struct AccessLinkTests {
    private static let now = VirtualTime(nanoseconds: 1_000_000_000)

    @Test func queuesOneAfterAnother() {
        var link = AccessLink()
        // A megabyte a second: a thousand bytes take a millisecond.
        #expect(link.pass(1_000, at: Self.now, bandwidth: 1_000_000) == Self.now + .milliseconds(1))
        #expect(link.pass(2_000, at: Self.now, bandwidth: 1_000_000) == Self.now + .milliseconds(3))
        #expect(link.backlog(at: Self.now) == .milliseconds(3))
        let later = Self.now + .seconds(1)
        #expect(link.backlog(at: later) == .zero)
        #expect(link.pass(1_000, at: later, bandwidth: 1_000_000) == later + .milliseconds(1))
    }

    @Test func passesAtOnceWithoutLimit() {
        var link = AccessLink()
        #expect(link.pass(1 << 40, at: Self.now, bandwidth: nil) == Self.now)
        #expect(link.passDatagram(1 << 40, at: Self.now, bandwidth: nil) == Self.now)
        #expect(link.backlog(at: Self.now) == .zero)
    }

    @Test func datagramsAreDroppedAtTheTailAndStreamsWait() {
        var link = AccessLink()
        let arrivals = (0..<2_000).map { _ in link.passDatagram(1_000, at: Self.now, bandwidth: 1_000_000) }
        // The one that waits exactly half a second still has room.
        #expect(arrivals.count { $0 != nil } == 501)
        #expect(arrivals.last == .some(nil))
        #expect(link.pass(1_000, at: Self.now, bandwidth: 1_000_000) == Self.now + .milliseconds(502))
        #expect(link.passDatagram(1_000, at: Self.now + .milliseconds(2), bandwidth: 1_000_000) != nil)
    }

    @Test func roundsUpAndSaturates() {
        var link = AccessLink()
        #expect(link.pass(1, at: Self.now, bandwidth: 3_000_000_000) == Self.now + TimeSpan(nanoseconds: 1))
        #expect(link.pass(.max, at: Self.now, bandwidth: 1) == .distantFuture)
        #expect(link.passDatagram(1, at: Self.now, bandwidth: 1) == nil)
    }
}
