import HTTPTypes
import Hummingbird

/// `GET /healthz`, `/readyz` and `/metrics`, for supervisors and Prometheus.
struct HealthReports: Sendable {
    let mesh: any MeshAccess
    let registry: PrometheusRegistry

    /// The process runs and answers.
    func health() -> Response {
        .text("OK\n")
    }

    /// The node can serve requests now.
    func readiness() async -> Response {
        switch await mesh.readiness() {
        case .ready: .text("OK\n")
        case .notReady(let reason): .text("not ready: \(reason)\n", status: .serviceUnavailable)
        }
    }

    /// What the process counted, then the core's own counters and what it reckons.
    func metrics() async -> Response {
        let report = await mesh.statusReport()
        let counters = report.counters.map { counter in
            let name = MetricName.sanitized("sam_node_\(counter.name)_total")
            return "# TYPE \(name) counter\n" + MetricName.line(name, "", String(counter.value))
        }
        let gauges = [("mesh_nodes_estimated", report.estimatedNodes), ("neighbours", report.neighbours)].map { gauge in
            guard let value = gauge.1 else { return "" }
            let name = MetricName.sanitized("sam_node_\(gauge.0)")
            return "# TYPE \(name) gauge\n" + MetricName.line(name, "", String(value))
        }
        let text = registry.exposition() + counters.joined() + gauges.joined()
        return .text(text, type: "text/plain; version=0.0.4; charset=utf-8")
    }
}
