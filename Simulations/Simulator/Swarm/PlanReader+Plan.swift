import Overlay

/// The fields of a plan, in the order of their numbers.
extension PlanReader {
    mutating func plan() throws(PlanTextError) -> Plan {
        var plan = PlanWriter.empty
        var last: UInt64 = 0
        while !isAtEnd {
            let number = try number()
            guard let field = PlanField(rawValue: number) else { throw .unknown("field", number: number) }
            guard number > last else { throw .impossible("the field \(field) twice or too late") }
            last = number
            try read(field, into: &plan)
        }
        return plan
    }

    private mutating func read(_ field: PlanField, into plan: inout Plan) throws(PlanTextError) {
        switch field {
        case .seed: plan.seed = try number()
        case .fidelity: plan.fidelity = try choice(of: "fidelity")
        case .threads: plan.threads = try count(of: "a number of threads")
        case .nodes: plan.nodes = try count(of: "a number of nodes")
        case .absent: plan.absent = Set(try list { (reader) throws(PlanTextError) in try reader.node() })
        case .bootstraps: plan.bootstraps = try count(of: "a number of bootstraps")
        case .publishers: plan.publishers = try count(of: "a number of publishers")
        case .servicesPerPublisher: plan.servicesPerPublisher = try count(of: "a number of services")
        case .joinWindow: plan.joinWindow = try span()
        case .profile: plan.profile = try choice(of: "profile")
        case .clockSkew: plan.clockSkew = try span()
        case .knobs: plan.knobs = try list { (reader) throws(PlanTextError) in try reader.knob() }
        case .latency, .jitterPercent, .loss, .duplication, .bandwidth, .packetLength, .translators, .burstLoss:
            try readNetwork(field, into: &plan)
        case .duration: plan.duration = try span()
        case .workloads: plan.workloads = try list { (reader) throws(PlanTextError) in try reader.workload() }
        case .churn: plan.churn = try optional { (reader) throws(PlanTextError) in try reader.churn() }
        case .faults: plan.faults = try list { (reader) throws(PlanTextError) in try reader.fault() }
        case .settleLimit: plan.settleLimit = try span()
        }
    }

    private mutating func readNetwork(_ field: PlanField, into plan: inout Plan) throws(PlanTextError) {
        switch field {
        case .latency: plan.latency = try latency()
        case .jitterPercent: plan.jitterPercent = try number(upTo: 10_000, of: "jitter in percent")
        case .loss: plan.loss = try ratio()
        case .duplication: plan.duplication = try ratio()
        case .bandwidth: plan.bandwidth = try optional { (reader) throws(PlanTextError) in try reader.number() }
        case .packetLength: plan.packetLength = try count(of: "a length of packets")
        case .translators:
            plan.translators = try list { (reader) throws(PlanTextError) in try reader.translator() }
        case .burstLoss: plan.burstLoss = try optional { (reader) throws(PlanTextError) in try reader.bursts() }
        default: throw .unknown("network field", number: field.rawValue)
        }
    }

    // MARK: Parts

    private mutating func knob() throws(PlanTextError) -> Knob {
        let name: Knob.Name = try choice(of: "knob")
        return Knob(name, try number())
    }

    private mutating func latency() throws(PlanTextError) -> LatencyModel {
        let number = try number()
        switch number {
        case 0: return .uniform(try spans())
        case 1: return .logNormal(median: try span(), spread: try self.number())
        case 2: return .geographic
        case 3:
            return .matrix(
                try list { (reader) throws(PlanTextError) in
                    try reader.list { (reader) throws(PlanTextError) in try reader.number() }
                })
        default: throw .unknown("latency model", number: number)
        }
    }

    private mutating func translator() throws(PlanTextError) -> Plan.Translator {
        let nodes = try selection()
        let kind = NATKind(
            mapping: try choice(of: "mapping"), filtering: try choice(of: "filtering"), timeout: try span(),
            hasHairpin: try flag(), preservesPorts: try flag())
        return Plan.Translator(kind, before: nodes)
    }

    private mutating func bursts() throws(PlanTextError) -> BurstLoss {
        BurstLoss(badShare: try ratio(), meanBad: try span(), loss: try ratio())
    }

    private mutating func workload() throws(PlanTextError) -> Workload {
        let number = try number()
        let kind: Workload.Kind
        switch number {
        case 0: kind = .update
        case 1: kind = .lookup
        case 2: kind = .request(bytes: try count(of: "a length of requests"))
        default: throw .unknown("kind of workload", number: number)
        }
        return Workload(
            kind, try count(of: "a number of operations"), per: try span(), from: try span(), until: try span(),
            by: try selection())
    }

    private mutating func churn() throws(PlanTextError) -> Churn {
        Churn(
            try choice(of: "model of churn"), speedup: try number(), of: try selection(), from: try span(),
            until: try optional { (reader) throws(PlanTextError) in try reader.span() })
    }

    /// - Parameter depth: how many `except`s it stands in; nobody needs more than one, and each costs stack.
    mutating func selection(depth: Int = 0) throws(PlanTextError) -> NodeSelection {
        guard depth <= 8 else { throw .impossible("a selection within more than eight others") }
        let number = try number()
        switch number {
        case 0: return .all
        case 1: return .bootstraps
        case 2: return .list(try list { (reader) throws(PlanTextError) in try reader.node() })
        case 3: return .range(first: try node(), count: try count(of: "a number of nodes"))
        case 4: return .share(try ratio(), salt: try self.number())
        case 5: return .region(try count(of: "a region"))
        case 6: return .except(try selection(depth: depth + 1))
        default: throw .unknown("selection", number: number)
        }
    }
}
