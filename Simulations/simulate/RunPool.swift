import Foundation
import Synchronization

/// Runs side by side, as many as the machine has cores.
enum RunPool {
    /// Runs everything, and hands each result over as soon as it is there, one at a time.
    ///
    /// - Parameters:
    ///   - threads: what each run uses itself; with several, one run goes after the other.
    ///   - take: gets the place of a run among all, and what came of it.
    /// - Throws: what the first of the runs, in their order, threw; runs that had not begun by then do not begin.
    static func run(
        _ runs: [SystemRun], threads: Int, limits: RunLimits, take: @Sendable (Int, SystemRun.Result) -> Void
    ) throws {
        let board = ProgressBoard(runs: runs.count)
        defer { board.clear() }
        guard threads == 1, runs.count > 1 else {
            for (index, run) in runs.enumerated() { take(index, try run.run(limits: limits, board: board)) }
            return
        }
        let next = Mutex(0)
        let taking = Mutex(())
        let failures = Mutex([(index: Int, error: any Error)]())
        DispatchQueue.concurrentPerform(iterations: min(runs.count, ProcessInfo.processInfo.activeProcessorCount)) {
            _ in
            while failures.withLock({ $0.isEmpty }) {
                let index = next.withLock { next in
                    defer { next += 1 }
                    return next
                }
                guard index < runs.count else { return }
                do {
                    let result = try runs[index].run(limits: limits, board: board)
                    taking.withLock { _ in take(index, result) }
                } catch {
                    failures.withLock { $0.append((index, error)) }
                }
            }
        }
        if let first = failures.withLock({ $0 }).min(by: { $0.index < $1.index }) { throw first.error }
    }
}
