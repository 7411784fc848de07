import Overlay

/// Everything around the protocol of an opponent: time, the network under a plan's conditions, and who runs.
struct ControlMedium<Event: Sendable>: Sendable {
    let population: ControlPopulation
    private(set) var now = VirtualTime.zero
    var conditions: ControlConditions
    private var network: ControlNetwork { population.network }

    private var queue = EventQueue<ControlItem<Event>>()
    private var lanes: [(delay: TimeSpan, queue: FixedDelayQueue<ControlLetter<Event>>)] = []
    /// Numbers of events, by the node that they come from.
    private var numbers: [UInt32]
    private var worldNumber: UInt32 = 0
    private(set) var eventCount: UInt64 = 0

    /// How often a node started.
    private var lives: [UInt16]
    private(set) var running: [Bool]
    private(set) var runningCount = 0
    /// When a node's present life began.
    private(set) var bornAt: [VirtualTime]
    /// What came while a node was stalled.
    private var waiting: [Int: [ControlLetter<Event>]] = [:]
    /// When the processor of a slow node is free again.
    private var busyUntil: [VirtualTime]
    /// When a node's access link has sent everything, where bandwidth is limited.
    private var sentUntil: [VirtualTime]

    private(set) var traffic: ControlTraffic

    /// Retransmissions into a cut before a connection counts as dead: with the timeout doubling from half a second, about
    /// half a minute, after which keep-alives have given it up in any case.
    private static var mostAttempts: UInt8 { 6 }
    private static var firstRetry: TimeSpan { .milliseconds(500) }

    init(_ population: ControlPopulation) {
        let count = population.count
        self.population = population
        conditions = ControlConditions(count: count)
        numbers = Array(repeating: 0, count: count)
        lives = Array(repeating: 0, count: count)
        running = Array(repeating: false, count: count)
        bornAt = Array(repeating: .zero, count: count)
        busyUntil = Array(repeating: .zero, count: count)
        sentUntil = Array(repeating: .zero, count: count)
        traffic = ControlTraffic(count: count)
    }

    var count: Int { population.count }
    var draws: Draws { population.draws }

    /// Whether a node can be figured among the honest ones that run.
    func isHonest(_ node: Int) -> Bool { running[node] && !population.isMalicious[node] }

    /// Whether a member does not stand still, and if it did, a packet can have come from it since.
    func mayBeHeard(_ member: Int, by node: Int) -> Bool {
        guard !conditions.isStalled(member) else { return false }
        guard let resumption = conditions.resumption(of: member) else { return true }
        return now >= resumption + network.base(member, node)
    }

    // MARK: Lives

    mutating func begin(_ node: Int) {
        lives[node] &+= 1
        running[node] = true
        runningCount += 1
        bornAt[node] = now
        traffic.begin(node, at: now)
    }

    mutating func end(_ node: Int) {
        running[node] = false
        runningCount -= 1
        waiting[node] = nil
        traffic.end(node, at: now)
    }

    // MARK: Sending

    /// Sends a message on a connection.
    /// - Parameter roundTrips: handshakes that come first, when there is no connection yet.
    /// - Parameter notBefore: when the message before it arrives; nothing overtakes on a connection.
    /// - Returns: when it arrives if nothing is in its way.
    @discardableResult
    mutating func send(
        _ event: Event, from: Int, to: Int, bytes: Int, roundTrips: Int = 0, notBefore: VirtualTime = .zero
    ) -> VirtualTime {
        traffic.count(from, bytes: bytes + roundTrips * ControlNetwork.flightLength)
        if roundTrips > 0 { traffic.countBytes(to, bytes: roundTrips * ControlNetwork.flightLength) }
        var delay = TimeSpan.zero
        for _ in 0..<roundTrips {
            delay = delay + transit(from, to, bytes: ControlNetwork.flightLength)
            delay = delay + transit(to, from, bytes: ControlNetwork.flightLength)
        }
        delay = delay + transit(from, to, bytes: bytes)
        let arrival = max(notBefore, depart(from, bytes) + delay)
        push(letter(event, from, to, .stream), at: arrival)
        return arrival
    }

    /// Sends a datagram, which may be lost.
    mutating func sendDatagram(_ event: Event, from: Int, to: Int, bytes: Int) {
        traffic.count(from, bytes: bytes)
        let number = newNumber(from)
        let delays = network.datagramDelays(
            from, to, bytes: bytes, number: number, at: now, under: impairment(from, to))
        let departure = depart(from, bytes)
        for delay in delays { push(letter(event, from, to, .datagram), at: departure + delay) }
    }

    /// Counts bytes of messages that change nothing and are not sent one by one, such as keep-alives.
    mutating func countTraffic(of node: Int, bytes: Int) {
        traffic.countBytes(node, bytes: bytes)
    }

    /// Lets a node be told something later.
    mutating func wake(_ node: Int, _ event: Event, after delay: TimeSpan) {
        push(letter(event, node, node, .timer), at: now + delay)
    }

    /// As ``wake(_:_:after:)`` for one of the few spans that a protocol always waits, at less cost.
    mutating func wakeRegularly(_ node: Int, _ event: Event, after delay: TimeSpan) {
        let letter = letter(event, node, node, .timer)
        if let lane = lanes.firstIndex(where: { $0.delay == delay }) {
            lanes[lane].queue.push(letter, at: now + delay)
        } else {
            var lane = FixedDelayQueue<ControlLetter<Event>>()
            lane.push(letter, at: now + delay)
            lanes.append((delay, lane))
        }
    }

    private func letter(
        _ event: Event, _ from: Int, _ to: Int, _ kind: ControlLetter<Event>.Kind
    ) -> ControlLetter<Event> {
        // A node that is about to start gets what arrives after that.
        let life = running[to] ? lives[to] : lives[to] &+ 1
        return ControlLetter(event: event, from: UInt32(from), to: UInt32(to), life: life, kind: kind)
    }

    private mutating func transit(_ from: Int, _ to: Int, bytes: Int) -> TimeSpan {
        let number = newNumber(from)
        return network.streamDelay(
            from, to, bytes: bytes, number: number, at: now, under: impairment(from, to))
    }

    private func impairment(_ from: Int, _ to: Int) -> Impairment {
        conditions.isCalm ? .none : conditions.impairment(from, to)
    }

    /// When the last byte leaves a node.
    private mutating func depart(_ node: Int, _ bytes: Int) -> VirtualTime {
        guard let bandwidth = population.plan.bandwidth, bandwidth > 0 else { return now }
        sentUntil[node] = max(now, sentUntil[node]) + TimeSpan.seconds(UInt64(bytes)) / bandwidth
        return sentUntil[node]
    }

    private mutating func newNumber(_ node: Int) -> UInt32 {
        numbers[node] &+= 1
        return numbers[node]
    }

    private mutating func push(_ letter: ControlLetter<Event>, at time: VirtualTime) {
        let number = newNumber(Int(letter.from))
        queue.push(.letter(letter), at: time, key: EventKey(source: letter.from, number: number))
    }

    // MARK: The world's own events

    mutating func schedule(_ item: ControlItem<Event>, at time: VirtualTime) {
        worldNumber &+= 1
        queue.push(item, at: time, key: EventKey(source: .max, number: worldNumber))
    }

    /// What happens next, not later than `end`; the clock is then there.
    mutating func next(until end: VirtualTime) -> ControlItem<Event>? {
        var first = queue.nextTime ?? .distantFuture
        var lane: Int?
        for index in lanes.indices {
            guard let time = lanes[index].queue.nextTime, time < first else { continue }
            first = time
            lane = index
        }
        guard first <= end, first < .distantFuture else {
            now = max(now, end)
            return nil
        }
        now = max(now, first)
        eventCount += 1
        guard let lane else { return queue.pop()?.payload }
        return lanes[lane].queue.pop().map { .letter($0.payload) }
    }

    // MARK: Arrivals

    /// Whether a letter that is due reaches its node now; otherwise it waits, is sent again, or is lost.
    mutating func admits(_ letter: ControlLetter<Event>) -> Bool {
        let node = Int(letter.to)
        guard running[node], lives[node] == letter.life else { return false }
        if letter.kind == .served { return true }
        if letter.kind != .timer, !conditions.isCalm, conditions.separates(Int(letter.from), node) {
            sendAgain(letter)
            return false
        }
        if conditions.isStalled(node) {
            waiting[node, default: []].append(letter)
            return false
        }
        let effort = conditions.effort[node]
        guard effort > .zero else { return true }
        busyUntil[node] = max(now, busyUntil[node]) + effort
        var served = letter
        served.kind = .served
        push(served, at: busyUntil[node])
        return false
    }

    /// What came for a node while it was stalled, in order.
    mutating func takeWaiting(_ node: Int) -> [ControlLetter<Event>] {
        waiting.removeValue(forKey: node) ?? []
    }

    private mutating func sendAgain(_ letter: ControlLetter<Event>) {
        guard letter.kind == .stream, letter.attempts < Self.mostAttempts else { return }
        let pause = Self.firstRetry * (1 << UInt64(letter.attempts))
        var again = letter
        again.attempts += 1
        push(again, at: now + pause)
    }
}
