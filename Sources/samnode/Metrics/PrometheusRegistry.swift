import CoreMetrics
import Synchronization

/// Keeps the process's metrics and shows them in Prometheus' text format
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
final class PrometheusRegistry: MetricsFactory {
    private let settings: MetricsSettings
    private let families = Mutex<[String: MetricFamily]>([:])

    init(settings: MetricsSettings = MetricsSettings()) {
        self.settings = settings
    }

    /// Everything, in order of the names.
    func exposition() -> String {
        let families = families.withLock { $0 }
        return families.keys.sorted().map { families[$0]?.exposition(name: $0) ?? "" }.joined()
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, kind: .counter) { CounterSeries() } ?? CounterSeries()
    }

    func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, dimensions, kind: .counter) { FloatingPointCounterSeries() } ?? FloatingPointCounterSeries()
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, kind: .gauge) { GaugeSeries() } ?? GaugeSeries()
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return series(label, dimensions, kind: .gauge) { GaugeSeries() } ?? GaugeSeries() }
        let bounds = settings.valueBounds
        return series(label, dimensions, kind: .histogram) { HistogramSeries(bounds: bounds) }
            ?? HistogramSeries(bounds: bounds)
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let bounds = settings.durationBounds
        return series(label, dimensions, kind: .histogram) { HistogramSeries(bounds: bounds) }
            ?? HistogramSeries(bounds: bounds)
    }

    // Series live as long as the process; their number is bounded above.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    /// The series of these labels, made on first use; nil when the name is taken by another kind or none is left.
    private func series<Series: MetricSeries>(
        _ label: String, _ dimensions: [(String, String)], kind: MetricKind, make: () -> Series
    ) -> Series? {
        let name = MetricName.sanitized(label)
        let settings = settings
        return families.withLock { families in
            if families[name] == nil, families.count >= settings.familyCapacity { return nil }
            var family = families[name] ?? MetricFamily(kind: kind, capacity: settings.seriesCapacity)
            let found = family.kind == kind ? family.series(dimensions, make: make) as? Series : nil
            families[name] = family
            return found
        }
    }
}
