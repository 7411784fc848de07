import CoreMetrics
import NIOCore

/// What the local API counts.
struct FacadeMetrics: Sendable {
    /// Why a provider was not asked, or a request not served.
    enum Rejection: String, Sendable {
        case providerBackoff = "provider_backoff"
        case labelMismatch = "label_mismatch"
        case noEligibleProvider = "no_eligible_provider"
        case attemptsExceeded = "attempts_exceeded"
    }

    private let factory: any MetricsFactory

    init(factory: any MetricsFactory) {
        self.factory = factory
    }

    func countRejection(_ reason: Rejection, by amount: Int = 1) {
        guard amount > 0 else { return }
        Counter(
            label: "sam_node_facade_rejections_total", dimensions: [("reason", reason.rawValue)], factory: factory
        ).increment(by: amount)
    }

    func countRetry() {
        Counter(label: "sam_node_facade_retries_total", dimensions: [], factory: factory).increment()
    }

    func changeInFlight(by amount: Double) {
        Meter(label: "sam_node_requests_in_flight", dimensions: [], factory: factory).increment(by: amount)
    }

    func recordFirstByte(route: String, since start: NIODeadline) {
        Timer(label: "sam_node_request_ttfb_seconds", dimensions: [("route", route)], factory: factory)
            .recordNanoseconds((NIODeadline.now() - start).nanoseconds)
    }

    func recordDuration(route: String, status: Int, since start: NIODeadline) {
        let dimensions = [("route", route), ("code", String(status))]
        Timer(label: "sam_node_request_duration_seconds", dimensions: dimensions, factory: factory)
            .recordNanoseconds((NIODeadline.now() - start).nanoseconds)
    }
}
