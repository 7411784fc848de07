import Overlay
import Testing

@testable import Simulator

@Suite struct SwarmPlanTextTests {
    /// Uses every case of everything that a plan may have.
    private static let full: Plan = {
        var plan = Plan(seed: .max, nodes: 300, duration: TimeSpan(nanoseconds: 1_234_567_891))
        plan.fidelity = .real
        plan.threads = 2
        plan.absent = Set([7, 250, 3].map(NodeIndex.init))
        plan.bootstraps = 1
        plan.publishers = 17
        plan.servicesPerPublisher = 4
        plan.joinWindow = .zero
        plan.profile = .small
        plan.clockSkew = .seconds(3)
        plan.knobs = Knob.Name.allCases.map { Knob($0, $0.range.upperBound) }
        plan.jitterPercent = 33
        plan.loss = Ratio(1, 3)
        plan.duplication = Ratio(1, 1)
        plan.bandwidth = 1_000_000
        plan.burstLoss = BurstLoss(badShare: Ratio(1, 20), meanBad: .milliseconds(1_500), loss: Ratio(1, 2))
        plan.packetLength = 500
        plan.translators = NATKind.Dependence.allCases.map { dependence in
            let kind = NATKind(
                mapping: dependence, filtering: .addressDependent, timeout: .seconds(30), hasHairpin: true,
                preservesPorts: false)
            return Plan.Translator(kind, before: .except(.share(Ratio(1, 2), salt: 9)))
        }
        plan.workloads = [.update, .lookup, .request(bytes: 99)].map {
            Workload($0, 3, per: .seconds(2), from: .seconds(1), until: .seconds(9), by: .region(2))
        }
        plan.churn = Churn(.kad, speedup: 500, of: .bootstraps, from: .seconds(2), until: .seconds(8))
        plan.faults = kinds.enumerated().map { number, kind in
            PlannedFault(
                kind, of: .range(first: NodeIndex(number), count: 2), from: .milliseconds(UInt64(number)),
                until: number % 2 == 0 ? nil : .seconds(9))
        }
        plan.settleLimit = .minutes(3)
        return plan
    }()

    private static let kinds: [PlannedFault.Kind] =
        [
            .partition, .deafness, .cut(from: .all), .oneWayCut(to: .list([NodeIndex(0), NodeIndex(299)])), .reset,
            .loss(Ratio(1, 7)), .delay(.microseconds(1_500)), .duplication(.never), .reordering(Ratio(2, 3)),
            .departure, .stall, .slowness(.microseconds(20)), .clockStep(-5), .clockStep(.min), .clockStep(.max),
            .clockDrift(-200), .clockDrift(200),
        ] + PlannedFault.Disk.allCases.map { .crash($0) }
        + [
            Behaviour.blackHole, .misrouting, .poisoning(perSecond: 3), .replay(perSecond: 5), .equivocation,
            .flooding(perSecond: 7), .eclipse(victim: NodeIndex(1)), .sybil(near: NodeIndex(2)),
        ].map { .malice($0) }

    @Test func everythingComesBack() throws {
        #expect(try PlanText.decode(PlanText.encode(Self.full)) == Self.full)
        for model: LatencyModel in [
            .geographic, .logNormal(median: .milliseconds(3), spread: 400), .matrix([[1, 2], [3, 4]]),
            .uniform(SpanRange(.zero, TimeSpan(nanoseconds: .max))),
        ] {
            var plan = Self.full
            plan.latency = model
            #expect(try PlanText.decode(PlanText.encode(plan)) == plan)
        }
    }

    @Test func drawnPlansComeBack() throws {
        for focus in SwarmFocus.allCases {
            for seed: UInt64 in 0..<500 {
                let plan = PlanDraw(seed: seed, focus: focus).plan
                #expect(try PlanText.decode(PlanText.encode(plan)) == plan, "seed \(seed) of \(focus)")
            }
        }
    }

    /// A field that is added to plans has to be added to their text.
    @Test func noFieldIsLeftOut() {
        let fields = Mirror(reflecting: Self.full).children.compactMap(\.label)
        #expect(Set(fields) == Set(PlanField.allCases.map { "\($0)" }))
        func count(_ value: some Any) -> Int { Mirror(reflecting: value).children.count }
        #expect(Self.full.burstLoss.map { count($0) } == 3 && Self.full.churn.map { count($0) } == 5)
        #expect(count(Self.full.translators[0].kind) == 5 && count(Self.full.workloads[0]) == 6)
        #expect(count(Self.full.faults[0]) == 4 && count(Self.full.knobs[0]) == 2)
    }

    @Test func cutTextsAreNoPlans() {
        let text = PlanText.encode(Self.full)
        for length in 0..<text.count {
            #expect(throws: PlanTextError.self) { try PlanText.decode(String(text.prefix(length))) }
        }
    }

    @Test func changedTextsAreNoPlans() {
        let text = Array(PlanText.encode(PlanDraw(seed: 1).plan))
        for place in PlanText.prefix.count..<text.count - 1 {
            var changed = text
            changed[place] = changed[place] == "A" ? "B" : "A"
            #expect(throws: PlanTextError.checksum) { try PlanText.decode(String(changed)) }
        }
        #expect(throws: PlanTextError.character("!", place: 5)) { try PlanText.decode("v1p:!abc") }
        #expect(throws: PlanTextError.foreign("hello")) { try PlanText.decode("hello") }
        #expect(throws: PlanTextError.tooShort) { try PlanText.decode("v1p:") }
    }

    /// Content with a right checksum is not believed either.
    @Test func nonsenseIsRefused() {
        let draws = Draws(seed: 31)
        for round: UInt64 in 0..<2_000 {
            var writer = PlanWriter()
            writer.plan(PlanDraw(seed: round).plan)
            var bytes = writer.bytes
            for change: UInt64 in 0..<3 {
                let place = Int(draws.below(UInt64(bytes.count), .test, of: round, change))
                bytes[place] = UInt8(truncatingIfNeeded: draws.word(.test, of: round, 16 + change))
            }
            var reader = PlanReader(bytes[...])
            // Either way is fine; what is read is a plan that has a text.
            if let plan = try? reader.plan() { #expect((try? PlanText.decode(PlanText.encode(plan))) == plan) }
        }
    }

    @Test func fingerprintsNameRuns() throws {
        for text in ["v3:7", "v3:18446744073709551615:catalog", PlanText.encode(Self.full)] {
            #expect(try Fingerprint(parsing: text).description == text)
        }
        #expect(try Fingerprint(parsing: "v3:7").plan == PlanDraw(seed: 7).plan)
        #expect(try Fingerprint(parsing: "v3:7:links").plan == PlanDraw(seed: 7, focus: .links).plan)
        for text in ["", "7", "v0:7", "v3:", "v3:-1", "v3:7:", "v3:7:all", "v3:7:links:", "v3:99999999999999999999"] {
            #expect(throws: PlanTextError.self) { try Fingerprint(parsing: text) }
        }
    }

    @Test func verdictsFitInALine() {
        let failure = SwarmVerdict.Failure(
            property: "catalog.lost", time: VirtualTime(nanoseconds: 5), text: "one\ttwo\nthree")
        let line = SwarmVerdict(failure: failure, digest: "ab", events: 7).line
        #expect(line == "failed\tab\t7\tcatalog.lost\t5\tone two three")
        #expect(SwarmVerdict(line: line)?.line == line)
        let passed = SwarmVerdict(failure: nil, digest: "", events: 0)
        #expect(SwarmVerdict(line: passed.line) == passed)
        for text in ["", "passed", "passed\ta\tb", "failed\ta\t1", "failed\ta\t1\tp\tx\tt", "else\ta\t1"] {
            #expect(SwarmVerdict(line: text) == nil)
        }
    }
}
