import Biscuit
import Inference

/// How an answer came about, for people and for machines: the policy, the failed checks, and all that was known.
struct Explanation: Encodable {
    private struct Facts: Encodable {
        var origins: [String]
        var facts: [String]
    }

    /// One line for the policy that matched, and one for every failed check.
    private let decision: [String]
    private let facts: [Facts]
    private let iterations: Int

    init(_ outcome: Authorization, _ world: World) {
        self.init(lines: outcome.description, world)
    }

    /// What a node decided.
    init(_ decision: Decision, _ world: World) {
        switch decision {
        case .allowed(let policy): self.init(lines: "policy matched: \(policy)", world)
        case .refused(let refusal): self.init(lines: refusal.detail, world)
        }
    }

    /// What was refused before any service was looked at.
    init(_ refusal: AdmissionRefusal, _ world: World) {
        self.init(lines: refusal.description, world)
    }

    private init(lines: String, _ world: World) {
        decision = lines.split(separator: "\n").map(String.init)
        facts = world.facts.map { group in
            Facts(origins: group.origins.map(\.description), facts: group.facts.map(\.description).sorted())
        }
        iterations = world.iterations
    }

    func show(on console: inout Console) {
        for line in decision { console.print(line) }
        for group in facts {
            console.print("facts of \(group.origins.joined(separator: " and "))")
            for fact in group.facts { console.print("    \(fact)") }
        }
        console.print("rules were applied in \(iterations) \(iterations == 1 ? "round" : "rounds")")
    }
}
