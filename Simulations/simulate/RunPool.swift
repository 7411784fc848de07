import Foundation
import Synchronization

/// Runs side by side, as many as the machine has cores.
enum RunPool {
    /// The results in the order of the runs.
    ///
    /// - Parameter threads: what each run uses itself; with several, one run goes after the other.
    /// - Throws: what the first of the runs, in their order, threw; runs that had not begun by then do not begin.
    static func results(
        of runs: [SystemRun], threads: Int, limits: RunLimits
    ) throws -> [SystemRun.Result] {
        let board = ProgressBoard(runs: runs.count)
        defer { board.clear() }
        guard threads == 1, runs.count > 1 else { return try runs.map { try $0.run(limits: limits, board: board) } }
        let results = Mutex([Result<SystemRun.Result, any Error>?](repeating: nil, count: runs.count))
        let hasFailed = Mutex(false)
        DispatchQueue.concurrentPerform(iterations: runs.count) { index in
            guard !hasFailed.withLock({ $0 }) else { return }
            let result = Result { try runs[index].run(limits: limits, board: board) }
            if case .failure = result { hasFailed.withLock { $0 = true } }
            results.withLock { $0[index] = result }
        }
        return try results.withLock { $0 }.compactMap { $0 }.map { try $0.get() }
    }
}
