import Overlay
import Simulator
import Synchronization

/// One line on a terminal that says how far the runs are, if anybody looks.
final class ProgressBoard: Sendable {
    private struct State {
        var ended = 0
        var lastShown = ContinuousClock.now
        var lastEvents: [String: (events: UInt64, at: ContinuousClock.Instant)] = [:]
    }

    private static let interval = Duration.milliseconds(200)

    private let isShown = Console.hasViewer
    private let runs: Int
    private let state = Mutex(State())

    init(runs: Int) {
        self.runs = runs
    }

    func note(_ label: String, at now: TimeSpan, of duration: TimeSpan, events: UInt64?) {
        guard isShown else { return }
        state.withLock { state in
            let moment = ContinuousClock.now
            guard moment - state.lastShown >= Self.interval else { return }
            state.lastShown = moment
            var line = "\(state.ended) of \(runs) done; \(label): \(now.secondsText) of \(duration.secondsText)"
            if let events {
                let last = state.lastEvents.updateValue((events, moment), forKey: label)
                let rate = last.map { (events - $0.events).perSecond(in: moment - $0.at) }
                line += ", \(events) events" + (rate.map { ", \($0) events/s" } ?? "")
            }
            Console.status(line)
        }
    }

    func settling(_ label: String) {
        guard isShown else { return }
        state.withLock { Console.status("\($0.ended) of \(runs) done; \(label): has to settle now") }
    }

    func end(_ label: String) {
        state.withLock { state in
            state.ended += 1
            state.lastEvents[label] = nil
        }
    }

    func clear() {
        if isShown { Console.status("") }
    }
}
