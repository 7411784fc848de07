import Overlay

/// Faults, by the numbers of their kinds.
extension PlanReader {
    mutating func fault() throws(PlanTextError) -> PlannedFault {
        let start = try span()
        let end = try optional { (reader) throws(PlanTextError) in try reader.span() }
        let nodes = try selection()
        return PlannedFault(try kind(), of: nodes, from: start, until: end)
    }

    private mutating func kind() throws(PlanTextError) -> PlannedFault.Kind {
        let number = try number()
        switch number {
        case 0: return .partition
        case 1: return .deafness
        case 2: return .cut(from: try selection())
        case 3: return .oneWayCut(to: try selection())
        case 4: return .reset
        case 5: return .loss(try ratio())
        case 6: return .delay(try span())
        case 7: return .duplication(try ratio())
        case 8: return .reordering(try ratio())
        case 9: return .crash(try choice(of: "disk"))
        case 10: return .departure
        case 11: return .stall
        case 12: return .slowness(try span())
        case 13: return .clockStep(try signed())
        case 14: return .clockDrift(try signed())
        case 15: return .malice(try behaviour())
        default: throw .unknown("kind of fault", number: number)
        }
    }

    private mutating func behaviour() throws(PlanTextError) -> Behaviour {
        let number = try number()
        switch number {
        case 0: return .blackHole
        case 1: return .misrouting
        case 2: return .poisoning(perSecond: try self.number())
        case 3: return .replay(perSecond: try self.number())
        case 4: return .equivocation
        case 5: return .flooding(perSecond: try self.number())
        case 6: return .eclipse(victim: try node())
        case 7: return .sybil(near: try node())
        default: throw .unknown("behaviour", number: number)
        }
    }
}
