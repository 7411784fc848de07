/// The one word that names a run: the seed of a drawn plan, or a whole plan where no seed draws it, as after shrinking.
public enum Fingerprint: Hashable, Sendable {
    case drawn(seed: UInt64, SwarmFocus)
    case plan(Plan)

    private static let prefix = "v\(PlanDraw.version):"

    /// Reads `v1:123`, `v1:123:catalog` and `v1p:…`.
    /// - Throws: ``PlanTextError`` for everything else.
    public init(parsing text: String) throws(PlanTextError) {
        if text.hasPrefix(PlanText.prefix) {
            self = .plan(try PlanText.decode(text))
            return
        }
        guard text.hasPrefix(Self.prefix) else { throw .foreign(String(text.prefix(40))) }
        let parts = text.dropFirst(Self.prefix.count).split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let seed = UInt64(parts[0]) else {
            throw .foreign(String(text.prefix(40)))
        }
        let name = parts.count == 2 ? String(parts[1]) : SwarmFocus.general.rawValue
        guard let focus = SwarmFocus(rawValue: name) else { throw .foreign(String(text.prefix(40))) }
        self = .drawn(seed: seed, focus)
    }

    /// What is run.
    public var plan: Plan {
        switch self {
        case .drawn(let seed, let focus): PlanDraw(seed: seed, focus: focus).plan
        case .plan(let plan): plan
        }
    }
}

extension Fingerprint: CustomStringConvertible {
    public var description: String {
        switch self {
        case .drawn(let seed, .general): "\(Self.prefix)\(seed)"
        case .drawn(let seed, let focus): "\(Self.prefix)\(seed):\(focus.rawValue)"
        case .plan(let plan): PlanText.encode(plan)
        }
    }
}
