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

    /// What the process counted, then the core's own counters.
    func metrics() async -> Response {
        let counters = await mesh.statusReport().counters.map { counter in
            let name = MetricName.sanitized("sam_node_\(counter.name)_total")
            return "# TYPE \(name) counter\n" + MetricName.line(name, "", String(counter.value))
        }
        return .text(registry.exposition() + counters.joined(), type: "text/plain; version=0.0.4; charset=utf-8")
    }
}
