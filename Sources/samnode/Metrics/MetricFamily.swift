/// How Prometheus treats a metric.
enum MetricKind: String, Sendable {
    case counter
    case gauge
    case histogram
}

/// One combination of label values with its numbers.
protocol MetricSeries: AnyObject, Sendable {
    /// Lines of the text format; `labels` is what stands between the braces, without them.
    func exposition(name: String, labels: String) -> String
}

/// All series of one name.
struct MetricFamily: Sendable {
    let kind: MetricKind
    private let capacity: Int
    private var series: [String: any MetricSeries] = [:]

    init(kind: MetricKind, capacity: Int) {
        self.kind = kind
        self.capacity = capacity
    }

    /// The series of these labels, or the one for everything beyond the capacity.
    mutating func series(_ dimensions: [(String, String)], make: () -> any MetricSeries) -> any MetricSeries {
        var labels = MetricName.labels(dimensions)
        if series[labels] == nil, series.count >= capacity {
            labels = MetricName.labels(dimensions.map { ($0.0, "other") })
        }
        if let known = series[labels] { return known }
        let made = make()
        series[labels] = made
        return made
    }

    func exposition(name: String) -> String {
        let lines = series.keys.sorted().map { series[$0]?.exposition(name: name, labels: $0) ?? "" }
        return "# TYPE \(name) \(kind.rawValue)\n" + lines.joined()
    }
}
