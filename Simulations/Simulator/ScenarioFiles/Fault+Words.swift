import Overlay

extension PlannedFault {
    /// When, what and for whom, in words.
    func words(in plan: Plan) -> String {
        let until =
            if let end {
                "from \(start.shortText) until \(end.shortText)"
            } else if case .malice = kind {
                "from \(start.shortText) to the very end"
            } else {
                "from \(start.shortText) until the world may settle at \(plan.duration.shortText)"
            }
        return "\(until): \(kind.words), for \(nodes.words(in: plan))"
    }
}

extension PlannedFault.Kind {
    /// What goes wrong for the nodes of the fault.
    var words: String {
        switch self {
        case .partition: "no packet passes to or from all others"
        case .deafness: "packets from them arrive, packets to them do not"
        case .cut(let others): "no packet passes to or from \(others.words)"
        case .oneWayCut(let others): "packets to \(others.words) do not pass, those from there do"
        case .reset: "their connections are reset once"
        case .loss(let share): "\(share) of their packets are lost on top of the network's loss"
        case .delay(let span): "every packet takes \(span.shortText) longer"
        case .duplication(let share): "\(share) of their datagrams arrive twice"
        case .reordering(let share): "\(share) of their datagrams take up to four times as long"
        case .crash(.kept): "they stop without a word, and start again with all of their files"
        case .crash(.lost): "they stop without a word, and start again with their identity and token only"
        case .crash(.old): "they stop without a word, and start again with files of some minutes before"
        case .departure: "they say goodbye, and start again"
        case .stall: "they do nothing, and what comes waits for them"
        case .slowness(let span): "every event takes them \(span.shortText) of processor time"
        case .clockStep(let step):
            "their calendar jumps \(TimeSpan(nanoseconds: step.magnitude).shortText) \(step < 0 ? "back" : "ahead")"
        case .clockDrift(let rate): "their clocks run \(rate.magnitude) ppm \(rate < 0 ? "slow" : "fast")"
        case .malice(let behaviour): behaviour.words
        }
    }
}

extension Behaviour {
    /// What malicious nodes do.
    var words: String {
        switch self {
        case .blackHole: "they take everything in and answer nothing"
        case .misrouting: "they answer searches with each other only"
        case .poisoning(let rate): "each sends \(rate) invalid entries a second"
        case .replay(let rate): "each sends \(rate) old entries of others a second"
        case .equivocation: "they sign two entries with one number and tell half of their neighbours each"
        case .flooding(let rate): "each sends \(rate) messages a second that nobody asked for"
        case .eclipse(let victim): "they link to node \(victim) and to nobody else"
        case .sybil(let near): "their keys lie next to that of node \(near)"
        }
    }
}
