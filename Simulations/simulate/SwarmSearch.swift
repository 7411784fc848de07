import Simulator

/// Goes through seeds until something is wrong, or seeds or time are used up.
struct SwarmSearch {
    /// One run in this many is made twice, and has to go the same way.
    private static let repeated: UInt64 = 20

    let seeds: ClosedRange<UInt64>
    let focus: SwarmFocus
    let limit: Duration?
    let keepsGoing: Bool

    private let clock = ContinuousClock()
    private let start = ContinuousClock().now
    private var next: UInt64?
    private var lastShown: ContinuousClock.Instant
    private(set) var runs: UInt64 = 0
    private(set) var events: UInt64 = 0
    private(set) var failures: [(fingerprint: Fingerprint, failure: SwarmVerdict.Failure)] = []
    /// Plans that make no world, and why the first of them does not.
    private(set) var refused: UInt64 = 0
    private(set) var refusal: SwarmRefusal?
    /// Digests of runs that are made again, until they have been.
    private var digests: [Fingerprint: String] = [:]
    /// Runs whose repetition went another way.
    private(set) var erratic: [Fingerprint] = []
    /// Runs to make again.
    private var again: [Fingerprint] = []

    init(seeds: ClosedRange<UInt64>, focus: SwarmFocus, limit: Duration?, keepsGoing: Bool) {
        self.seeds = seeds
        self.focus = focus
        self.limit = limit
        self.keepsGoing = keepsGoing
        next = seeds.lowerBound
        lastShown = start
    }

    var elapsed: Duration { clock.now - start }
    private var isOver: Bool {
        if let limit, elapsed > limit { return true }
        return !keepsGoing && !(failures.isEmpty && erratic.isEmpty)
    }

    /// - Throws: when a plan makes no world or a process cannot be started.
    mutating func search(with pool: SwarmPool) throws {
        while true {
            while !isOver, pool.hasRoom, let fingerprint = takeNext() { try pool.begin(fingerprint) }
            // What is under way when somebody else has failed still counts.
            guard !pool.isIdle else { break }
            for done in try pool.take() {
                switch done.result {
                case .success(let verdict): note(verdict, of: done.fingerprint)
                case .failure(let refusal): note(refusal)
                }
            }
            show()
        }
        if Console.hasViewer { Console.status("") }
    }

    private mutating func takeNext() -> Fingerprint? {
        if let fingerprint = again.popLast() { return fingerprint }
        guard let seed = next else { return nil }
        next = seed < seeds.upperBound ? seed + 1 : nil
        return .drawn(seed: seed, focus)
    }

    private mutating func note(_ refusal: SwarmRefusal) {
        refused += 1
        if self.refusal == nil { self.refusal = refusal }
    }

    private mutating func note(_ verdict: SwarmVerdict, of fingerprint: Fingerprint) {
        runs += 1
        events += verdict.events
        if let digest = digests.removeValue(forKey: fingerprint) {
            if digest != verdict.digest { erratic.append(fingerprint) }
            return
        }
        if let failure = verdict.failure {
            failures.append((fingerprint, failure))
            Console.result("\(fingerprint) # \(failure.text)")
        }
        guard case .drawn(let seed, _) = fingerprint, seed % Self.repeated == 0 else { return }
        digests[fingerprint] = verdict.digest
        again.append(fingerprint)
    }

    private mutating func show() {
        guard Console.hasViewer, clock.now - lastShown > .milliseconds(200) else { return }
        lastShown = clock.now
        Console.status("\(runs) runs, \(failures.count) failures, \(events.perSecond(in: elapsed)) events/s")
    }
}
