import Overlay

/// Plain flooding: whoever gets an entry for the first time sends it to all its neighbours but the one that it came from.
/// Nothing is asked for, kept or sent again.
struct FloodingControl: ControlCore {
    typealias Event = BroadcastEvent

    /// Bits of entries and some forty links of a node.
    static let mostNodes = 1_000_000

    private var links: BroadcastLinks
    private var ledger: BroadcastLedger
    private var dice: ControlDice
    private var lastDeliveries: UInt64 = 0

    init(_ population: ControlPopulation) {
        links = BroadcastLinks(count: population.count)
        ledger = BroadcastLedger(nodes: population.count)
        dice = ControlDice(population)
    }

    func links(of node: Int) -> Int { links[node].count }

    mutating func start(_ node: Int, _ medium: inout ControlMedium<Event>) {
        links.start(node, &dice, &medium)
    }

    mutating func stop(_ node: Int, saysGoodbye: Bool, _ medium: inout ControlMedium<Event>) {
        links.closeAll(of: node, saysGoodbye: saysGoodbye)
        ledger.forget(node)
    }

    mutating func reset(_ node: Int, _ medium: inout ControlMedium<Event>) {
        links.closeAll(of: node, saysGoodbye: true)
    }

    mutating func operate(_ operation: ControlOperation, _ medium: inout ControlMedium<Event>) {
        guard case .update = operation.kind else { return }
        spread(ledger.publish(by: operation.node, medium), hops: 1, from: operation.node, except: nil, &medium)
    }

    mutating func handle(_ event: Event, at node: Int, from sender: Int, _ medium: inout ControlMedium<Event>) {
        switch event {
        case .dial: links.open(node, dialedBy: sender, medium)
        case .maintain: links.maintain(node, &dice, &medium)
        case .keepAlive: links.keepAlive(node, &medium)
        case .payload(let entry, let hops):
            guard ledger.receive(entry, hops: hops, at: node, medium) else { return }
            spread(entry, hops: hops &+ 1, from: node, except: sender, &medium)
        case .iHave, .iWant, .graft, .prune, .heartbeat: break
        }
    }

    private mutating func spread(
        _ entry: UInt32, hops: UInt8, from node: Int, except sender: Int?, _ medium: inout ControlMedium<Event>
    ) {
        guard !medium.conditions.isBlackHole(node) else { return }
        let length = links.settings.entryLength + links.settings.envelopeLength
        for index in links[node].indices {
            if let sender, links[node][index].peer == UInt32(sender) { continue }
            links.send(.payload(entry, hops: hops), from: node, over: index, bytes: length, &medium)
        }
    }

    mutating func fill(_ point: inout SeriesPoint, _ medium: ControlMedium<Event>) {
        point.deliveries = ledger.deliveries - lastDeliveries
        lastDeliveries = ledger.deliveries
    }

    func isSettled(_ medium: ControlMedium<Event>) -> Bool { ledger.pairs(medium).missed == 0 }

    mutating func notePhaseEnd(_ medium: ControlMedium<Event>) {}

    func report(into outcome: inout RunOutcome, _ medium: ControlMedium<Event>) {
        links.report(into: &outcome, medium)
        ledger.report(into: &outcome, medium)
    }
}
