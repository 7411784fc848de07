import Overlay

/// Plain SWIM (Das, Gupta and Motivala 2002): every period each node pings the next member of its list, asks others to when it
/// gets no answer, and suspects it when they get none either; news travels on pings and in gossip.
struct SWIMControl: ControlCore {
    enum Event: Sendable {
        case ping(UInt32, [SWIMNews.Item])
        case acknowledgement(UInt32, [SWIMNews.Item])
        /// Asks to ping a member and to pass its answer on.
        case pingRequest(UInt32, member: UInt32, [SWIMNews.Item])
        /// A ping on behalf of another node, and its answer.
        case relayedPing(UInt32, client: UInt32, [SWIMNews.Item])
        case relayedAcknowledgement(UInt32, client: UInt32, [SWIMNews.Item])
        case gossip([SWIMNews.Item])
        /// A node that starts asks another for its state, and gets it.
        case join
        case state(of: UInt32)
        /// Sends the own state and asks for the other's.
        case exchange
        case exchangeTime
        case period
        case probeTimeout(UInt32)
        case gossipTime
        /// The patience with a suspected member is over.
        case verdict(member: UInt32, SWIMViews.View)
        /// A node that nobody answered tries to join again.
        case joinAgain
    }

    /// The member that a node probes in its present period.
    private struct Probe: Sendable {
        var number: UInt32 = 0
        var member: UInt32?
        var isAnswered = false
    }

    /// Four bytes for each pair of nodes: 600 MB.
    static let mostNodes = 12_000

    let settings = SWIMSettings()
    let population: ControlPopulation
    var views: SWIMViews
    private var news: [SWIMNews]
    private var dice: ControlDice
    private var probes: [Probe]
    /// Where each node is in its list: a start, a step that visits everybody, and how far it is.
    private var rounds: [(start: Int, step: Int, done: Int)]
    /// The incarnation with which a node begins again: a restarted node finds out itself that it must go beyond it.
    private var incarnations: [UInt32]
    private var hasJoined: [Bool]
    private let suspicion: TimeSpan
    private let retransmissions: Int
    var measurement: SWIMMeasurement

    init(_ population: ControlPopulation) {
        self.population = population
        let count = population.count
        views = SWIMViews(count: count)
        news = Array(repeating: SWIMNews(), count: count)
        dice = ControlDice(population)
        probes = Array(repeating: Probe(), count: count)
        rounds = Array(repeating: (0, 1, count), count: count)
        incarnations = Array(repeating: 0, count: count)
        hasJoined = Array(repeating: false, count: count)
        let logarithm = max(1_000, DecimalLogarithm.thousandths(of: count))
        suspicion = settings.period * settings.suspicionFactor * logarithm / 1_000
        retransmissions =
            settings.retransmissionFactor * Int((DecimalLogarithm.thousandths(of: count + 1) + 999) / 1_000)
        measurement = SWIMMeasurement(count: count)
    }

    func links(of node: Int) -> Int { 0 }

    // MARK: Lives

    mutating func start(_ node: Int, _ medium: inout ControlMedium<Event>) {
        views.clear(node)
        news[node].clear()
        hasJoined[node] = node < population.plan.bootstraps && medium.now == .zero
        probes[node].member = nil
        rounds[node].done = population.count
        let alive = SWIMViews.View(.alive, incarnations[node])
        views[node, node] = alive
        measurement.began(node)
        // Bootstraps know each other, as the addresses of all are known to everybody.
        if hasJoined[node] {
            for other in 0..<population.plan.bootstraps { views[node, other] = SWIMViews.View(.alive, 0) }
            news[node].add(node, alive)
        } else {
            askForState(node, &medium)
        }
        let phase = settings.period.nanoseconds
        let first = medium.draws.below(phase, .node, of: UInt64(node), medium.now.nanoseconds)
        medium.wake(node, .period, after: TimeSpan(nanoseconds: first))
        medium.wakeRegularly(node, .gossipTime, after: settings.gossipInterval)
        medium.wakeRegularly(node, .exchangeTime, after: settings.exchangeInterval)
    }

    mutating func stop(_ node: Int, saysGoodbye: Bool, _ medium: inout ControlMedium<Event>) {
        incarnations[node] = views[node, node].incarnation
        if saysGoodbye {
            news[node].add(node, SWIMViews.View(.dead, incarnations[node]))
            for _ in 0..<settings.gossipMembers { gossip(node, &medium) }
        }
        measurement.ended(node, at: medium.now, isCrash: !saysGoodbye)
    }

    mutating func reset(_ node: Int, _ medium: inout ControlMedium<Event>) {}
    mutating func operate(_ operation: ControlOperation, _ medium: inout ControlMedium<Event>) {}

    // MARK: Events

    mutating func handle(_ event: Event, at node: Int, from sender: Int, _ medium: inout ControlMedium<Event>) {
        switch event {
        case .ping(let number, let items):
            learn(items, at: node, &medium)
            send(node, to: sender, &medium) { .acknowledgement(number, $0) }
        case .acknowledgement(let number, let items):
            learn(items, at: node, &medium)
            if probes[node].number == number { probes[node].isAnswered = true }
        case .pingRequest(let number, let member, let items):
            learn(items, at: node, &medium)
            send(node, to: Int(member), &medium) { .relayedPing(number, client: UInt32(sender), $0) }
        case .relayedPing(let number, let client, let items):
            learn(items, at: node, &medium)
            send(node, to: sender, &medium) { .relayedAcknowledgement(number, client: client, $0) }
        case .relayedAcknowledgement(let number, let client, let items):
            learn(items, at: node, &medium)
            send(node, to: Int(client), &medium) { .acknowledgement(number, $0) }
        case .gossip(let items): learn(items, at: node, &medium)
        case .period: beginPeriod(node, &medium)
        case .probeTimeout(let number): probeIndirectly(node, number, &medium)
        case .gossipTime:
            medium.wakeRegularly(node, .gossipTime, after: settings.gossipInterval)
            gossip(node, &medium)
        case .verdict(let member, let view): condemn(Int(member), as: view, by: node, &medium)
        case .exchangeTime: exchange(node, &medium)
        case .exchange:
            guard hasJoined[node] else { return }
            merge(sender, into: node, &medium)
            sendState(of: node, to: sender, as: .state(of: UInt32(node)), &medium)
        case .state(let teacher) where hasJoined[node]: merge(Int(teacher), into: node, &medium)
        case .join, .state, .joinAgain: join(event, at: node, from: sender, &medium)
        }
    }

    private mutating func send(
        _ node: Int, to member: Int, _ medium: inout ControlMedium<Event>, _ event: ([SWIMNews.Item]) -> Event
    ) {
        guard !medium.conditions.isBlackHole(node) else { return }
        let items = takeNews(node)
        let bytes = settings.pingLength + items.count * settings.newsLength
        medium.sendDatagram(event(items), from: node, to: member, bytes: bytes)
    }

    // MARK: Probing

    private mutating func beginPeriod(_ node: Int, _ medium: inout ControlMedium<Event>) {
        medium.wakeRegularly(node, .period, after: settings.period)
        if let member = probes[node].member, !probes[node].isAnswered {
            let view = views[node, Int(member)]
            if view.state == .alive {
                learn(Int(member), SWIMViews.View(.suspect, view.incarnation), at: node, &medium)
            }
        }
        probes[node].member = nil
        guard let member = nextMember(node) else { return }
        probes[node].number &+= 1
        probes[node].member = UInt32(member)
        probes[node].isAnswered = false
        let number = probes[node].number
        // Whoever is suspected is told so with the ping and can speak up (memberlist).
        let view = views[node, member]
        let suspicion = view.state == .suspect ? [SWIMNews.Item(member: UInt32(member), view: view)] : []
        send(node, to: member, &medium) { .ping(number, suspicion + $0) }
        medium.wakeRegularly(node, .probeTimeout(number), after: settings.probeTimeout)
    }

    /// The next of the list that is not dead; every round goes through it in another order.
    private mutating func nextMember(_ node: Int) -> Int? {
        let count = population.count
        for _ in 0..<count {
            if rounds[node].done >= count {
                // A step without a common divisor visits everybody.
                rounds[node] = (dice.below(count, for: node), 1 + dice.below(count, for: node), 0)
                while Self.commonDivisor(rounds[node].step, count) != 1 { rounds[node].step += 1 }
            }
            let round = rounds[node]
            rounds[node].done += 1
            let member = (round.start + round.step * round.done) % count
            let state = views[node, member].state
            if member != node, state == .alive || state == .suspect { return member }
        }
        return nil
    }

    private static func commonDivisor(_ one: Int, _ other: Int) -> Int {
        var (one, other) = (one, other)
        while other != 0 { (one, other) = (other, one % other) }
        return one
    }

    private mutating func probeIndirectly(_ node: Int, _ number: UInt32, _ medium: inout ControlMedium<Event>) {
        guard probes[node].number == number, !probes[node].isAnswered, let member = probes[node].member else { return }
        for helper in randomMembers(settings.indirectProbes, for: node) where helper != Int(member) {
            send(node, to: helper, &medium) { .pingRequest(number, member: member, $0) }
        }
    }

    /// Different members that the node thinks alive; for gossip also suspected ones, who have to hear of it (memberlist).
    private mutating func randomMembers(_ count: Int, for node: Int, withSuspects: Bool = false) -> [Int] {
        var found: [Int] = []
        // As memberlist: some draws, and whoever they found.
        for _ in 0..<count * 8 where found.count < count {
            let member = dice.below(population.count, for: node)
            let state = views[node, member].state
            guard member != node, state == .alive || withSuspects && state == .suspect else { continue }
            if !found.contains(member) { found.append(member) }
        }
        return found
    }

    // MARK: News

    private mutating func takeNews(_ node: Int) -> [SWIMNews.Item] {
        guard !news[node].isEmpty else { return [] }
        let views = views
        return news[node].take(settings.newsOfDatagram, limit: retransmissions) { item in
            views[node, Int(item.member)] == item.view
        }
    }

    private mutating func gossip(_ node: Int, _ medium: inout ControlMedium<Event>) {
        guard !news[node].isEmpty, !medium.conditions.isBlackHole(node) else { return }
        for member in randomMembers(settings.gossipMembers, for: node, withSuspects: true) {
            let items = takeNews(node)
            guard !items.isEmpty else { return }
            let bytes = settings.pingLength / 2 + items.count * settings.newsLength
            medium.sendDatagram(.gossip(items), from: node, to: member, bytes: bytes)
        }
    }

    private mutating func learn(_ items: [SWIMNews.Item], at node: Int, _ medium: inout ControlMedium<Event>) {
        for item in items { learn(Int(item.member), item.view, at: node, &medium) }
    }

    /// Takes over what overrides what the node thinks, and passes it on.
    private mutating func learn(
        _ member: Int, _ view: SWIMViews.View, at node: Int, _ medium: inout ControlMedium<Event>
    ) {
        let known = views[node, member]
        guard view.overrides(known) else { return }
        if member == node { return refute(view, at: node) }
        // Nobody hears first of a member that it is gone.
        if known.state == .unknown, view.state == .dead { return }
        views[node, member] = view
        news[node].add(member, view)
        switch view.state {
        case .suspect:
            measurement.suspected(member, by: node, medium)
            medium.wakeRegularly(node, .verdict(member: UInt32(member), view), after: suspicion)
        case .dead: measurement.declaredDead(member, by: node, medium)
        case .alive, .unknown: break
        }
    }

    /// A node that hears that it is suspected or dead says that it lives, with a higher incarnation.
    private mutating func refute(_ view: SWIMViews.View, at node: Int) {
        let alive = SWIMViews.View(.alive, view.incarnation + (view.state == .alive ? 0 : 1))
        views[node, node] = alive
        news[node].add(node, alive)
    }

    private mutating func condemn(
        _ member: Int, as view: SWIMViews.View, by node: Int, _ medium: inout ControlMedium<Event>
    ) {
        guard views[node, member] == view else { return }
        learn(member, SWIMViews.View(.dead, view.incarnation), at: node, &medium)
    }

    // MARK: Whole states

    private mutating func exchange(_ node: Int, _ medium: inout ControlMedium<Event>) {
        medium.wakeRegularly(node, .exchangeTime, after: settings.exchangeInterval)
        guard hasJoined[node], let member = randomMembers(1, for: node).first else { return }
        sendState(of: node, to: member, as: .exchange, &medium)
    }

    private mutating func sendState(
        of node: Int, to member: Int, as event: Event, _ medium: inout ControlMedium<Event>
    ) {
        guard !medium.conditions.isBlackHole(node) else { return }
        let bytes = population.count * settings.memberLength
        medium.send(event, from: node, to: member, bytes: bytes, roundTrips: 1)
    }

    /// Learns all that another knows. Whoever is dead there is suspected here, so that it can still speak up (memberlist).
    private mutating func merge(_ teacher: Int, into node: Int, _ medium: inout ControlMedium<Event>) {
        for member in 0..<population.count {
            let view = views[teacher, member]
            guard view != views[node, member] else { continue }
            guard view.state == .dead else {
                learn(member, view, at: node, &medium)
                continue
            }
            if views[node, member].state == .unknown { continue }
            learn(member, SWIMViews.View(.suspect, view.incarnation), at: node, &medium)
        }
    }

    // MARK: Joining

    private mutating func askForState(_ node: Int, _ medium: inout ControlMedium<Event>) {
        let bootstrap = dice.below(population.plan.bootstraps, for: node)
        if bootstrap != node {
            medium.send(.join, from: node, to: bootstrap, bytes: settings.pingLength, roundTrips: 1)
        }
        medium.wake(node, .joinAgain, after: settings.period * 5)
    }

    private mutating func join(_ event: Event, at node: Int, from sender: Int, _ medium: inout ControlMedium<Event>) {
        switch event {
        case .join where hasJoined[node]:
            sendState(of: node, to: sender, as: .state(of: UInt32(node)), &medium)
        case .joinAgain where !hasJoined[node]:
            askForState(node, &medium)
        case .state(let teacher):
            hasJoined[node] = true
            measurement.joined(after: medium.now.since(medium.bornAt[node]))
            let own = views[node, node]
            views.copy(from: Int(teacher), to: node)
            let known = views[node, node]
            views[node, node] = own
            news[node].add(node, own)
            if known.overrides(own) { refute(known, at: node) }
        default: break
        }
    }
}
