import Foundation
import Overlay
import Testing
import YAML

@testable import Simulator

/// The files of `Simulations/scenarios`, and one that uses everything.
struct ScenarioFileTests {
    private static let folder: URL = {
        var root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return root.appending(path: "Simulations/scenarios")
    }()

    static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter { $0.hasSuffix(".yaml") }.sorted()

    static func bytes(_ file: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: file))) }

    @Test(arguments: files)
    func everyFileIsInOrder(_ file: String) throws {
        for size in Scenario.SizeName.allCases {
            let scenario = try ScenarioFile.read(try Self.bytes(file), file: file, size: size, reader: noFiles)
            #expect(scenario.name + ".yaml" == file)
            #expect(!scenario.criteria.isEmpty && !scenario.title.isEmpty)
            #expect((25...1_000).contains(scenario.standard.nodes))
            // A mesh is at rest after a quarter of an hour only.
            let longest = file.hasPrefix("G04") ? TimeSpan.minutes(16) : .minutes(5)
            #expect((TimeSpan.seconds(30)...longest).contains(scenario.standard.duration))
        }
    }

    @Test func everyFigureHasAMeaning() {
        #expect(FigureMeaning.all.map(\.name).sorted() == FigureName.all.sorted())
    }

    @Test func theFilesAreThere() {
        let missing = (1...31).filter { ![15, 16, 27, 30].contains($0) }
            .map { $0 < 10 ? "S0\($0)-" : "S\($0)-" }
            .filter { prefix in !Self.files.contains { $0.hasPrefix(prefix) } }
        #expect(missing.isEmpty)
    }

    @Test func everythingIsDecoded() throws {
        let scenario = try ScenarioFile.read(Array(everything.utf8), file: "f", reader: oneMatrix)
        #expect(scenario.name == "S99-all" && scenario.title == "All at once" && scenario.description == "Two\nlines")
        #expect(scenario.opponents == ["swim"] && scenario.criteria.map(\.description) == ["lookup.p99 <= 2000"])
        #expect(scenario.large == Scenario.Size(nodes: 1_000, duration: .minutes(10)))
        #expect(scenario.plan == everythingPlan())
    }

    @Test func theLargeSizeReplacesValues() throws {
        let large = try ScenarioFile.read(Array(everything.utf8), file: "f", size: .large, reader: oneMatrix)
        var plan = everythingPlan()
        plan.nodes = 1_000
        plan.publishers = 100
        plan.duration = .minutes(10)
        plan.workloads[0].end = .minutes(10)
        plan.workloads[1].count = 1_000
        plan.workloads[1].end = .minutes(10)
        plan.workloads[2].start = .seconds(300)
        plan.workloads[2].end = .seconds(450)
        #expect(large.plan == plan)
        #expect(large.standard.nodes == 100)
    }

    @Test func optionsReplaceValues() throws {
        let options = SettingOptions(["loss=1/20", "faults.2.share=30%", "network.jitter=5%"])
        let scenario = try ScenarioFile.read(Array(everything.utf8), file: "f", settings: options, reader: oneMatrix)
        #expect(scenario.plan.loss == Ratio(1, 20) && scenario.plan.jitterPercent == 5)
        #expect(scenario.plan.faults[2].kind == .loss(Ratio(3, 10)))
    }

    @Test func aSmallFileTakesWhatIsUsual() throws {
        let text = "name: a\ntitle: b\npopulation: {nodes: 2}\nrun: {duration: 30s}"
        let scenario = try ScenarioFile.read(Array(text.utf8), file: "f", reader: noFiles)
        var plan = Plan(seed: 0, nodes: 2, duration: .seconds(30))
        plan.bootstraps = 2
        plan.fidelity = .values
        #expect(scenario.plan == plan && scenario.large == nil && scenario.opponents.isEmpty)
    }
}

func noFiles(_ path: String) throws(ScenarioFile.UnreadableFile) -> [UInt8] {
    throw ScenarioFile.UnreadableFile(reason: "there are none")
}

func oneMatrix(_ path: String) throws(ScenarioFile.UnreadableFile) -> [UInt8] {
    guard path == "m.csv" else { throw ScenarioFile.UnreadableFile(reason: "it is another one") }
    return Array("# two regions\n1000, 20000\n30000,1500\n".utf8)
}

let everything = """
    name: S99-all
    title: All at once
    description: |
      Two
      lines
    population:
      {nodes: 100, bootstraps: 4, publishers: 1/10, services: 2, join: 10s, profile: small, clock_skew: 1s, absent: [3, 5]}
    network:
      latency: {matrix: m.csv}
      jitter: 20%
      loss: 1/100
      burst_loss: {share: 1/20, mean: 2s, loss: 1/4}
      duplication: 0.1%
      bandwidth: 1MiB/s
      packet: 1200
      translators:
        - {nodes: 10-19, mapping: address-dependent, filtering: endpoint-independent, timeout: 30s, hairpin: true}
    knobs: {entryTTL: 5m, activeView: 6}
    run: {duration: 100s, settle: 20s, fidelity: values}
    churn: {model: kad, speedup: 10, nodes: 1/2, from: 10s, until: 90s}
    workloads:
      - {kind: update, rate: 2/s}
      - {kind: lookup, rate: 1/10s per node, by: {except: bootstraps}}
      - {kind: request, rate: 3/2s, bytes: 64KiB, from: 50%, for: 25%}
    faults:
      - {kind: cut, nodes: [1, 2], to: {region: 1}, from: 10s, until: 20s}
      - {kind: crash, disk: old, nodes: {share: 5%, salt: 3}, from: 30s, for: 5s}
      - {kind: loss, share: 1/20, nodes: all}
      - {kind: clock-step, by: -5m, nodes: 7, from: 40s}
      - {kind: eclipse, victim: 9, nodes: bootstraps, from: 10s}
      - {kind: poisoning, rate: 10/s, nodes: 20-29, from: 10s}
    criteria: [lookup.p99 <= 2000]
    opponents: [swim]
    large: {nodes: 1000, duration: 10m}
    """

func everythingPlan() -> Plan {
    var plan = Plan(seed: 0, nodes: 100, duration: .seconds(100))
    (plan.bootstraps, plan.publishers, plan.servicesPerPublisher) = (4, 10, 2)
    (plan.joinWindow, plan.profile, plan.clockSkew) = (.seconds(10), .small, .seconds(1))
    plan.absent = [NodeIndex(3), NodeIndex(5)]
    plan.latency = .matrix([[1_000, 20_000], [30_000, 1_500]])
    (plan.jitterPercent, plan.loss, plan.duplication) = (20, Ratio(1, 100), Ratio(1, 1_000))
    plan.burstLoss = BurstLoss(badShare: Ratio(1, 20), meanBad: .seconds(2), loss: Ratio(1, 4))
    plan.knobs = [Knob(.activeView, 6), Knob(.entryTTL, 300_000)]
    (plan.bandwidth, plan.packetLength) = (1_048_576, 1_200)
    let kind = NATKind(
        mapping: .addressDependent, filtering: .endpointIndependent, timeout: .seconds(30), hasHairpin: true)
    plan.translators = [Plan.Translator(kind, before: .range(first: NodeIndex(10), count: 10))]
    (plan.settleLimit, plan.fidelity) = (.seconds(20), .values)
    plan.churn = Churn(.kad, speedup: 10, of: .share(Ratio(1, 2), salt: 0), from: .seconds(10), until: .seconds(90))
    plan.workloads = [
        Workload(.update, 2, per: .seconds(1), from: .seconds(10), until: .seconds(100)),
        Workload(
            .lookup, 100, per: .seconds(10), from: .seconds(10), until: .seconds(100), by: .except(.bootstraps)),
        Workload(.request(bytes: 65_536), 3, per: .seconds(2), from: .seconds(50), until: .seconds(75)),
    ]
    plan.faults = [
        PlannedFault(
            .cut(from: .region(1)), of: .list([NodeIndex(1), NodeIndex(2)]), from: .seconds(10), until: .seconds(20)),
        PlannedFault(.crash(.old), of: .share(Ratio(1, 20), salt: 3), from: .seconds(30), until: .seconds(35)),
        PlannedFault(.loss(Ratio(1, 20)), of: .all, from: .zero),
        PlannedFault(.clockStep(-300_000_000_000), of: .list([NodeIndex(7)]), from: .seconds(40)),
        PlannedFault(.malice(.eclipse(victim: NodeIndex(9))), of: .bootstraps, from: .seconds(10)),
        PlannedFault(
            .malice(.poisoning(perSecond: 10)), of: .range(first: NodeIndex(20), count: 10), from: .seconds(10)),
    ]
    return plan
}
