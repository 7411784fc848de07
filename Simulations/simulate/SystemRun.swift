import Foundation
import Overlay
import Simulator

/// One run of a plan by our node or by an opponent, as fast as this machine can.
struct SystemRun: Sendable {
    /// What came of it.
    struct Result: Sendable {
        let outcome: RunOutcome
        let wallTime: Duration
    }

    /// The name of our node among the systems.
    static let ownSystem = "samnode"
    /// Virtual time between two looks at the real clock and at the limits.
    private static let slice = TimeSpan.milliseconds(100)

    let scenario: String
    let plan: Plan
    let system: String

    /// `S07-partition-heal, seed 7, gossipsub-1.1`.
    var label: String { "\(scenario), seed \(plan.seed), \(system)" }

    /// - Throws: ``RunFailure``.
    func run(limits: RunLimits, board: ProgressBoard) throws -> Result {
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = system == Self.ownSystem ? try own(limits, board) : try opponent(limits, board)
        board.end(label)
        return Result(outcome: outcome, wallTime: clock.now - start)
    }

    private func own(_ limits: RunLimits, _ board: ProgressBoard) throws -> RunOutcome {
        var run: Run
        do throws(WorldError) {
            run = try Run(plan)
        } catch {
            throw RunFailure.unusablePlan("\(scenario): \(error)")
        }
        while !run.isDone {
            run.advance(by: Self.slice)
            board.note(label, at: run.world.now.sinceStart, of: plan.duration, events: run.world.eventCount)
            try limits.check(label)
        }
        board.settling(label)
        return run.finish()
    }

    private func opponent(_ limits: RunLimits, _ board: ProgressBoard) throws -> RunOutcome {
        guard let control = ControlSystem(rawValue: system) else {
            throw RunFailure.unusablePlan("there is no opponent \(system)")
        }
        var run: ControlRun
        do throws(ControlError) {
            run = try ControlRun(system: control, plan: plan)
        } catch {
            throw RunFailure.unusablePlan("\(scenario), \(system): \(error)")
        }
        var now = TimeSpan.zero
        while !run.isDone {
            run.advance(by: Self.slice)
            now = now + Self.slice
            board.note(label, at: now, of: plan.duration, events: nil)
            try limits.check(label)
        }
        board.settling(label)
        return run.finish()
    }
}

/// Why a run could not end.
enum RunFailure: Error, CustomStringConvertible {
    case unusablePlan(String)
    case outOfMemory(String, limit: UInt64)
    case outOfTime(String, limit: Duration)

    var description: String {
        switch self {
        case .unusablePlan(let text): text
        case .outOfMemory(let label, let limit):
            "\(label): more than \(limit / 1_048_576) MiB are in use; run fewer nodes, or raise --limit-memory"
        case .outOfTime(let label, let limit):
            "\(label): it took longer than \(limit.milliseconds / 1_000) s; run fewer nodes, or raise --limit-time"
        }
    }

    var exitStatus: Int32 {
        switch self {
        case .unusablePlan: ExitStatus.badInput.rawValue
        case .outOfMemory, .outOfTime: ExitStatus.outOfResources.rawValue
        }
    }
}
