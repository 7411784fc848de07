import Overlay

/// Who stood still a moment ago.
struct Stillness {
    /// A verdict that a node is dead rests on what was seen of it in this time: who stood still then was not there for those who
    /// asked, though it runs again when they have judged. As long as a host that is gone may be chosen by callers.
    static let verdictAge = TimeSpan.seconds(3)

    let faults: [PlannedFault]
    let population: Population

    /// Whether a stall of this node lasts or has ended within ``verdictAge``.
    func concerned(_ node: NodeIndex, at time: VirtualTime) -> Bool {
        let now = time.sinceStart
        return faults.contains { fault in
            guard fault.kind == .stall, fault.start <= now, fault.end.map({ now <= $0 + Self.verdictAge }) ?? true
            else {
                return false
            }
            return population.members(of: fault.nodes).contains(node)
        }
    }
}
