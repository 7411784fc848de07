import Foundation
import Simulator

/// The workers of a swarm, and which of them runs what.
final class SwarmPool {
    /// A run that is over.
    struct Done {
        let fingerprint: Fingerprint
        let result: Result<SwarmVerdict, SwarmRefusal>
    }

    private struct Job {
        let fingerprint: Fingerprint
        let property: String?
        let begun: ContinuousClock.Instant
    }

    private struct Place {
        var worker: SwarmWorker
        var job: Job?
    }

    private let clock = ContinuousClock()
    private var places: [Place] = []
    /// A run may take this long; what takes longer hangs.
    private let patience: Duration

    /// - Throws: when a process cannot be started.
    init(jobs: Int, patience: Duration) throws {
        self.patience = patience
        // A worker that has ended is noticed when its answer is read.
        signal(SIGPIPE, SIG_IGN)
        for _ in 0..<jobs { places.append(Place(worker: try SwarmWorker())) }
    }

    var hasRoom: Bool { places.contains { $0.job == nil } }
    var isIdle: Bool { places.allSatisfy { $0.job == nil } }

    /// Gives a run to a worker that has none.
    func begin(_ fingerprint: Fingerprint, looking property: String? = nil) throws {
        guard let free = places.firstIndex(where: { $0.job == nil }) else { return }
        try places[free].worker.begin(fingerprint, looking: property)
        places[free].job = Job(fingerprint: fingerprint, property: property, begun: clock.now)
    }

    /// Waits for one or more runs to end, a moment at most.
    func take() throws -> [Done] {
        var watched = places.indices.filter { places[$0].job != nil }
            .map { (index: $0, poll: pollfd(fd: places[$0].worker.descriptor, events: Int16(POLLIN), revents: 0)) }
        var polls = watched.map(\.poll)
        _ = poll(&polls, nfds_t(polls.count), Self.pollMilliseconds)
        for place in polls.indices { watched[place].poll = polls[place] }
        var done: [Done] = []
        for (index, poll) in watched {
            guard let job = places[index].job else { continue }
            if poll.revents != 0 {
                if let result = try result(at: index) {
                    places[index].job = nil
                    done.append(Done(fingerprint: job.fingerprint, result: result))
                }
            } else if clock.now - job.begun > patience {
                done.append(Done(fingerprint: job.fingerprint, result: .success(try giveUp(at: index))))
            }
        }
        return done
    }

    private func result(at index: Int) throws -> Result<SwarmVerdict, SwarmRefusal>? {
        switch places[index].worker.take() {
        case .verdict(let verdict): return .success(verdict)
        case .unusable(let reason): return .failure(SwarmRefusal(reason: reason))
        case .ended(let how):
            places[index].worker = try SwarmWorker()
            let text = "the process that ran the nodes ended with \(how)"
            return .success(Self.verdict(SwarmVerdict.Failure.crash, text))
        case nil: return nil
        }
    }

    private func giveUp(at index: Int) throws -> SwarmVerdict {
        places[index].worker.kill()
        places[index] = Place(worker: try SwarmWorker())
        return Self.verdict(SwarmVerdict.Failure.hang, "the run took longer than \(patience)")
    }

    private static func verdict(_ property: String, _ text: String) -> SwarmVerdict {
        let failure = SwarmVerdict.Failure(property: property, time: .distantFuture, text: "\(property): \(text)")
        return SwarmVerdict(failure: failure, digest: "", events: 0)
    }

    /// Ends all workers; runs that are under way are given up.
    func close() {
        for place in places {
            if place.job == nil { place.worker.close() } else { place.worker.kill() }
        }
        places = []
    }

    private static let pollMilliseconds: Int32 = 200
}
