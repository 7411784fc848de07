import Overlay

/// Faults, by the numbers of their kinds.
extension PlanWriter {
    mutating func fault(_ fault: PlannedFault) {
        span(fault.start)
        optional(fault.end) { $0.span($1) }
        selection(fault.nodes)
        switch fault.kind {
        case .partition, .deafness, .cut, .oneWayCut, .reset, .loss, .delay, .duplication, .reordering:
            network(fault.kind)
        case .crash, .departure, .stall, .slowness, .clockStep, .clockDrift: node(fault.kind)
        case .malice(let behaviour):
            number(15)
            self.behaviour(behaviour)
        }
    }

    private mutating func network(_ kind: PlannedFault.Kind) {
        switch kind {
        case .partition: number(0)
        case .deafness: number(1)
        case .cut(let others):
            number(2)
            selection(others)
        case .oneWayCut(let others):
            number(3)
            selection(others)
        case .reset: number(4)
        case .loss(let share):
            number(5)
            ratio(share)
        case .delay(let length):
            number(6)
            span(length)
        case .duplication(let share):
            number(7)
            ratio(share)
        case .reordering(let share):
            number(8)
            ratio(share)
        default: break
        }
    }

    private mutating func node(_ kind: PlannedFault.Kind) {
        switch kind {
        case .crash(let disk):
            number(9)
            choice(disk)
        case .departure: number(10)
        case .stall: number(11)
        case .slowness(let cost):
            number(12)
            span(cost)
        case .clockStep(let step):
            number(13)
            signed(step)
        case .clockDrift(let drift):
            number(14)
            signed(drift)
        default: break
        }
    }

    private mutating func behaviour(_ behaviour: Behaviour) {
        switch behaviour {
        case .blackHole: number(0)
        case .misrouting: number(1)
        case .poisoning(let rate):
            number(2)
            number(rate)
        case .replay(let rate):
            number(3)
            number(rate)
        case .equivocation: number(4)
        case .flooding(let rate):
            number(5)
            number(rate)
        case .eclipse(let victim):
            number(6)
            node(victim)
        case .sybil(let near):
            number(7)
            node(near)
        }
    }
}
