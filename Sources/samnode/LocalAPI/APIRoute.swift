import Foundation

/// The parts of the local API, told apart by path.
enum APIRoute: Hashable, Sendable {
    case health
    case readiness
    case metrics
    case models
    /// The id, percent-decoded.
    case model(String)
    case facade
    case discovery
    case nodeReport
    /// `/sam/node/revocations`, which takes new ones too.
    case revocations
    case egress
    /// A path that is none of these.
    case unknown

    private static let reports: Set<String> = [
        "/sam/node/status", "/sam/node/peers", "/sam/node/joining", "/sam/node/catalog", "/sam/node/route",
        "/sam/node/find",
    ]

    init(_ target: RequestTarget, method: String) {
        let path = target.path
        switch path {
        case "/healthz": self = .health
        case "/readyz": self = .readiness
        case "/metrics": self = .metrics
        case "/v1/models", "/v1/models/": self = .models
        case "/sam/service/discover": self = .discovery
        case "/sam/node/revocations": self = .revocations
        default:
            if Self.reports.contains(path) {
                self = .nodeReport
            } else if path.hasPrefix("/v1/models/"), let id = path.dropFirst(11).removingPercentEncoding {
                self = .model(id)
            } else if path.hasPrefix("/v1/") {
                self = method == "POST" || Self.isFacadeOnly(path) ? .facade : .unknown
            } else {
                self = Self.isEgress(target) ? .egress : .unknown
            }
        }
    }

    /// Paths that exist for POST alone, so that another method is wrong rather than the path.
    private static func isFacadeOnly(_ path: String) -> Bool {
        ["/v1/chat/completions", "/v1/completions", "/v1/embeddings"].contains(path)
    }

    private static func isEgress(_ target: RequestTarget) -> Bool {
        let segments = target.segments
        return segments.count >= 2 && segments[0] == "sam" && segments[1] != "service" && segments[1] != "node"
    }

    /// What the gate asks for.
    var rule: Gate.Rule {
        switch self {
        case .health, .readiness, .metrics: .open
        case .egress: .ownFieldOnly
        case .models, .model, .facade, .discovery, .nodeReport, .revocations, .unknown: .anyCredential
        }
    }

    /// Whether only GET and HEAD make sense.
    var isReadOnly: Bool {
        switch self {
        case .health, .readiness, .metrics, .models, .model, .discovery, .nodeReport: true
        case .facade, .egress, .revocations, .unknown: false
        }
    }
}
