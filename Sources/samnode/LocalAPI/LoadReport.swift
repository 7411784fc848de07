import Inference

/// How busy a service is, in reports.
struct LoadReport: Codable, Equatable, Sendable {
    /// Requests that run; absent when the host only said that it is busy.
    var running: Int?
    /// Requests that may run at once; absent when there is no limit, or nobody said.
    var slots: Int?
    /// Requests that may still be sent; absent without a limit.
    var free: Int?
    var isFull: Bool

    init(_ load: KnownLoad) {
        running = load.running
        slots = load.slots
        free = load.free
        isFull = load.isFull
    }

    /// For a column.
    var text: String {
        guard let running else { return "full" }
        let count = slots.map { "\(running) of \($0)" } ?? "\(running)"
        return isFull && (slots.map { running < $0 } ?? true) ? "\(count), full" : count
    }
}
