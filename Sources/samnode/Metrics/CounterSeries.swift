import CoreMetrics
import Synchronization

/// A count of whole things. Stays at its largest value instead of wrapping around.
final class CounterSeries: MetricSeries, CounterHandler {
    private let count = Mutex<Int64>(0)

    func increment(by amount: Int64) {
        count.withLock { count in
            let (sum, overflow) = count.addingReportingOverflow(amount)
            count = overflow ? .max : sum
        }
    }

    func reset() {
        count.withLock { $0 = 0 }
    }

    func exposition(name: String, labels: String) -> String {
        MetricName.line(name, labels, String(count.withLock { $0 }))
    }
}

/// A count with fractions.
final class FloatingPointCounterSeries: MetricSeries, FloatingPointCounterHandler {
    private let count = Mutex<Double>(0)

    func increment(by amount: Double) {
        count.withLock { $0 += amount }
    }

    func reset() {
        count.withLock { $0 = 0 }
    }

    func exposition(name: String, labels: String) -> String {
        MetricName.line(name, labels, MetricName.text(count.withLock { $0 }))
    }
}
