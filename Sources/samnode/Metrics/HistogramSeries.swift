import CoreMetrics
import Synchronization

/// How many values fell under each bound. Durations are in seconds.
final class HistogramSeries: MetricSeries, TimerHandler, RecorderHandler {
    private struct State: Sendable {
        /// One for each bound, and the last for everything above.
        var counts: [UInt64]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    /// - Parameter bounds: ascending.
    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func record(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }

    func record(_ value: Int64) {
        record(Double(value))
    }

    func recordNanoseconds(_ duration: Int64) {
        record(Double(duration) / 1e9)
    }

    func exposition(name: String, labels: String) -> String {
        let state = state.withLock { $0 }
        let prefix = labels.isEmpty ? "" : labels + ","
        var total: UInt64 = 0
        var lines = ""
        for (count, bound) in zip(state.counts, bounds.map { MetricName.text($0) } + ["+Inf"]) {
            total += count
            lines += MetricName.line(name + "_bucket", prefix + "le=\"\(bound)\"", String(total))
        }
        lines += MetricName.line(name + "_sum", labels, MetricName.text(state.sum))
        return lines + MetricName.line(name + "_count", labels, String(total))
    }
}
