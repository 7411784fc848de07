import Overlay
import Testing
import YAML

@testable import Simulator

/// Wrong values and exactly what is said about them, at their place.
struct ScenarioErrorTests {
    /// Lines that a scenario needs, in front of what is tested.
    private static let head = "name: a\ntitle: b\npopulation: {nodes: 50}\nrun: {duration: 60s}\n"

    private static func messages(_ text: String, options: [String] = []) -> [String] {
        do throws(YAMLFileError) {
            _ = try ScenarioFile.read(
                Array(text.utf8), file: "f", settings: SettingOptions(options), reader: oneMatrix)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test(arguments: mistakes)
    func eachMistakeIsNamedAtItsPlace(_ line: String, _ message: String) {
        #expect(Self.messages(Self.head + line) == ["f:" + message])
    }

    @Test func allMistakesOfAFileAreReportedAtOnce() {
        let messages = Self.messages(
            "title: \"\"\npopulation: {bootstraps: 0}\nnetwork: {loss: x}\nopponents: [a, swim, swim]")
        #expect(messages.count == 8)
        #expect(
            messages.map { $0.prefix(5) } == ["f:1:1", "f:1:1", "f:1:8", "f:2:1", "f:2:2", "f:3:1", "f:4:1", "f:4:2"])
    }

    @Test func anOptionIsReportedUnderItsName() {
        let head = Self.head + "faults: [{kind: stall, nodes: all, from: 1s}]"
        #expect(
            Self.messages(head, options: ["loss=2"]) == [
                "--set loss=2:1:1: network: loss: found \"2\", expected a share from 0 to 1 such as 1/50 or 2%"
            ])
        #expect(
            Self.messages(head, options: ["faults.1.nodes=all"]) == [
                "--set faults.1.nodes=all:1:1: found the list element \"1\", expected a number from 0 to 0"
            ])
        #expect(
            Self.messages(head, options: ["lost"]) == [
                "--set lost:1:1: found no value, expected a name and a value such as loss=1/20"
            ])
        #expect(Self.messages(head, options: ["netwrk.loss=0"]).first?.contains("did you mean \"network\"?") == true)
    }

    @Test func anEmptyFileIsNoScenario() {
        #expect(Self.messages("") == ["f:1:1: found nothing, expected a scenario"])
        #expect(Self.messages("- 1").first?.hasPrefix("f:1:1: found a list, expected a mapping with name, ") == true)
    }

    @Test(arguments: [
        ("1000,2000\n3000", "2:1: found 1 numbers, expected as many as there are rows, 2"),
        ("1000,x\n3000,5", "1:6: found \"x\", expected microseconds from 100 to 60000000"),
        ("", "1:1: found 0 rows, expected from 1 to 256"),
    ])
    func matricesAreSquares(_ text: String, _ message: String) {
        #expect(LatencyMatrix(reading: Array(text.utf8)).problems.first == message)
    }
}

private let knobNames = Knob.Name.allCases.map(\.rawValue).asAlternatives
private let regionNames = Region.all.map(\.name).asAlternatives

/// Lines behind those that every scenario has, and what is said about them.
private let mistakes: [(String, String)] = [
    (
        "netwrok: {}",
        "5:1: unknown key \"netwrok\": did you mean \"network\"? expected name, title, description, population, "
            + "network, knobs, run, churn, workloads, faults, criteria, opponents or large"
    ),
    (
        "network: {loss: 3/2}",
        "5:17: network: loss: found \"3/2\", expected a share from 0 to 1 such as 1/50 or 2%"
    ),
    (
        "network: {latency: 50us-10ms}",
        "5:20: network: latency: found \"50us-10ms\", expected latencies from 100us to 1m"
    ),
    (
        "network: {latency: {matrix: n.csv}}",
        "5:29: network: latency: matrix: found \"n.csv\", which cannot be read: it is another one"
    ),
    (
        "network: {burst_loss: {share: 4/5, mean: 2s, loss: 1/2}}",
        "5:31: network: burst_loss: share: found \"4/5\", expected a share of time up to 3/4 such as 1/20"
    ),
    (
        "knobs: {activeview: 6}",
        "5:9: knobs: unknown key \"activeview\": did you mean \"activeView\"? expected " + knobNames
    ),
    ("knobs: {activeView: 60}", "5:21: knobs: activeView: found \"60\", expected a whole number from 3 to 12"),
    ("knobs: {entryTTL: 5s}", "5:19: knobs: entryTTL: found \"5s\", expected a length of time from 2m to 1h"),
    (
        "network: {latency: geographic}\nfaults: [{kind: stall, nodes: {region: europa}, from: 1s}]",
        "6:40: faults: stall: nodes: region: found \"europa\", expected \(regionNames) "
            + "(did you mean \"europe\"?)"
    ),
    (
        "network: {bandwidth: 0Mbit/s}",
        "5:22: network: bandwidth: found \"0Mbit/s\", expected bytes or bits a second such as 1MiB/s or 10Mbit/s, "
            + "or unlimited"
    ),
    (
        "churn: {model: ipfs, from: 5s}", "5:16: churn: model: found \"ipfs\", expected ipfs2022, kad or bamboo"
    ),
    (
        "workloads: [{kind: lokup, rate: 1/s}]",
        "5:20: workloads: kind: found \"lokup\", expected update, lookup or request (did you mean \"lookup\"?)"
    ),
    (
        "workloads: [{kind: update}]",
        "5:13: workloads: update: rate: found nothing, expected a rate such as 2/s, 1/10m or 1/10m per node"
    ),
    (
        "workloads: [{kind: update, rate: 1/s, bytes: 4}]",
        "5:46: workloads: update: bytes: found it here, expected it for request only"
    ),
    (
        "faults: [{kind: stall, nodes: 50, from: 1s}]",
        "5:31: faults: stall: nodes: found \"50\", expected numbers of nodes from 0 to 49"
    ),
    (
        "faults: [{kind: stall, nodes: [49, 50], from: 1s}]",
        "5:36: faults: stall: nodes: found \"50\", expected a number of a node, from 0 to 49"
    ),
    (
        "faults: [{kind: stall, nodes: {region: 1}, from: 1s}]",
        "5:40: faults: stall: nodes: region: found \"1\", expected another selection, because only geographic latency "
            + "and a matrix have regions"
    ),
    (
        "faults: [{kind: stall, nodes: all, from: 70s}]",
        "5:42: faults: stall: from: found \"70s\", expected a moment such as 90s or 25%, at most the run's duration "
            + "of 1m"
    ),
    (
        "faults: [{kind: stall, nodes: all, from: 50s, for: 20s}]",
        "5:52: faults: stall: found an end at 70s, expected at most the run's duration of 1m"
    ),
    (
        "faults: [{kind: stall, nodes: all, from: 50s, until: 40s}]",
        "5:54: faults: stall: found a beginning at 50s and an end at 40s, expected the beginning before the end"
    ),
    (
        "faults: [{kind: stall, nodes: all, disk: kept}]",
        "5:36: faults: stall: unknown key \"disk\": expected kind, nodes, from, until or for"
    ),
    (
        "faults: [{kind: cut, nodes: all, from: 1s}]",
        "5:10: faults: cut: to: found nothing, expected all, bootstraps, a share such as 1/20, a number, a range such "
            + "as 10-19, a list of numbers, or a mapping with share, region or except"
    ),
    (
        "faults: [{kind: clock-drift, ppm: -9223372036854775808, nodes: all}]",
        "5:35: faults: clock-drift: ppm: found \"-9223372036854775808\", expected parts per million from -100000 to "
            + "100000"
    ),
    (
        "criteria: [lookup.sucess >= 99]",
        "5:12: criteria: there is no figure 'lookup.sucess'; expected one of "
            + FigureName.all.filter { $0.hasPrefix("lookup.") }.joined(separator: ", ")
            + " (did you mean \"lookup.success\"?)"
    ),
    (
        "criteria: [lookup.success >= much]",
        "5:12: criteria: 'much' in 'lookup.success >= much' is no number; expected one such as 450 or 99.5"
    ),
    (
        "opponents: [kademlia]",
        "5:13: opponents: found \"kademlia\", expected plain-kademlia, gossipsub-1.1, flooding or swim"
    ),
    (
        "large: {nodes: 10}\nfaults: [{kind: stall, nodes: 20, from: 1s}]",
        "6:31: faults: stall: nodes: found \"20\", expected numbers of nodes from 0 to 9"
    ),
    (
        "faults: []\nlarge: {faults.0.nodes: all}",
        "6:9: found the list element \"0\", expected no number, because the list is empty"
    ),
]
