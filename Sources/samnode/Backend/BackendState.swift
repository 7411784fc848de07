import Gossip

/// What the last probe of a backend found.
enum BackendState: Equatable, Sendable {
    /// It answered; the models are empty for services that are not inference.
    case live(models: [String])
    /// It did not answer as it should; the reason is for the log.
    case down(reason: String)

    var models: [String]? {
        switch self {
        case .live(let models): models
        case .down: nil
        }
    }
}

/// A service whose backend answers.
struct LiveService: Hashable, Sendable {
    var service: BackendService
    var models: [String]
}
