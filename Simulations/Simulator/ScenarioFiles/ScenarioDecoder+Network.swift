import Overlay
import YAML

/// What is between the nodes.
extension ScenarioDecoder {
    static let networkKeys = [
        "latency", "jitter", "loss", "burst_loss", "duplication", "bandwidth", "packet", "translators",
    ]

    mutating func network(_ node: YAMLNode?) {
        guard let node, node.content != .null else { return }
        let context = "network: "
        let fields = mapping(node, known: Self.networkKeys, context: context)
        if let latency = fields["latency"], let model = latencyModel(latency, context + "latency: ") {
            plan.latency = model
        }
        if let percent = percent(fields["jitter"], context + "jitter: ") { plan.jitterPercent = percent }
        if let loss = ratio(fields["loss"], context + "loss: ") { plan.loss = loss }
        plan.burstLoss = burstLoss(fields["burst_loss"], context + "burst_loss: ")
        if let duplication = ratio(fields["duplication"], context + "duplication: ") { plan.duplication = duplication }
        plan.bandwidth = bandwidth(fields["bandwidth"], context + "bandwidth: ")
        if let length = count(fields["packet"], context + "packet: ", in: ScenarioSettings.packetLengths) {
            plan.packetLength = length
        }
        let list = elements(
            fields["translators"], context: context + "translators: ", expected: "a list of address translators")
        plan.translators = list.compactMap { translator($0, context + "translators: ") }
    }

    /// `10%`: what a packet takes on top of the latency at most.
    private mutating func percent(_ node: YAMLNode?, _ context: String) -> UInt64? {
        let most = ScenarioSettings.mostJitterPercent
        return value(node, context, expected: "a percentage from 0% to \(most)%") { text in
            guard text.hasSuffix("%"), let percent = UnitText.count(text.dropLast()), percent <= most else {
                return nil
            }
            return UInt64(percent)
        }
    }

    private mutating func burstLoss(_ node: YAMLNode?, _ context: String) -> BurstLoss? {
        guard let node, node.content != .null else { return nil }
        let fields = mapping(node, known: ["share", "mean", "loss"], context: context)
        guard case .mapping = node.content else { return nil }
        let share = required(
            fields["share"], context + "share: ", in: node, expected: "a share of time up to 3/4 such as 1/20"
        ) { text in UnitText.ratio(text).flatMap { $0.numerator * 4 <= $0.denominator * 3 ? $0 : nil } }
        let mean = required(fields["mean"], context + "mean: ", in: node, expected: UnitText.spanExpectation) { text in
            UnitText.span(text).flatMap { $0 > .zero ? $0 : nil }
        }
        let loss = required(
            fields["loss"], context + "loss: ", in: node, expected: UnitText.ratioExpectation, UnitText.ratio)
        guard let share, let mean, let loss else { return nil }
        let bursts = BurstLoss(badShare: share, meanBad: mean, loss: loss)
        do throws(NetworkError) {
            _ = try BurstChain(bursts)
            return bursts
        } catch {
            report(node.mark, "\(context)found \(error)")
            return nil
        }
    }

    private mutating func bandwidth(_ node: YAMLNode?, _ context: String) -> UInt64? {
        let bandwidth = value(node, context, expected: "\(UnitText.bandwidthExpectation), or unlimited") { text in
            text == "unlimited" ? UInt64.max : UnitText.bandwidth(text).flatMap { $0 > 0 ? $0 : nil }
        }
        return bandwidth == .max ? nil : bandwidth
    }

    private mutating func translator(_ node: YAMLNode, _ context: String) -> Plan.Translator? {
        let known = ["nodes", "mapping", "filtering", "timeout", "hairpin"]
        let fields = mapping(node, known: known, context: context)
        guard case .mapping = node.content else { return nil }
        let nodes = requiredSelection(fields["nodes"], context + "nodes: ", in: node)
        let mapping = dependence(fields["mapping"], context + "mapping: ") ?? .endpointIndependent
        let filtering = dependence(fields["filtering"], context + "filtering: ") ?? .addressAndPortDependent
        let timeout = span(fields["timeout"], context + "timeout: ", atLeast: .seconds(1)) ?? .minutes(2)
        let hairpin = bool(fields["hairpin"], context + "hairpin: ") ?? false
        guard let nodes else { return nil }
        let kind = NATKind(mapping: mapping, filtering: filtering, timeout: timeout, hasHairpin: hairpin)
        return Plan.Translator(kind, before: nodes)
    }

    private mutating func dependence(_ node: YAMLNode?, _ context: String) -> NATKind.Dependence? {
        let words = ["endpoint-independent", "address-dependent", "address-and-port-dependent"]
        let values: [NATKind.Dependence] = [.endpointIndependent, .addressDependent, .addressAndPortDependent]
        guard let word = word(node, context, among: words), let place = words.firstIndex(of: word) else { return nil }
        return values[place]
    }
}
