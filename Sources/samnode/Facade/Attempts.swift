import Inference
import Overlay

/// The tries of one request: whom to ask next, and whether what came back is final.
///
/// Pure: the caller asks, this decides. Nothing may be tried again once the head of an answer went to the client.
struct Attempts: Sendable {
    /// What a provider did with the request.
    enum Outcome: Hashable, Sendable {
        /// The head of an answer came.
        case answered(status: Int)
        case failed(ExchangeFailure)

        /// Another provider may answer where this one could not, and the request cannot have run here.
        var isRetryable: Bool {
            switch self {
            case .answered(let status): [429, 502, 503, 504].contains(status)
            case .failed(let failure): failure.isRetryable
            }
        }
    }

    /// What to do with the outcome.
    enum Verdict: Hashable, Sendable {
        /// Show it to the client; it ends the request.
        case conclude
        /// Ask the next provider.
        case retry
        /// Show it to the client and say that everything was tried.
        case exhausted
    }

    private var waiting: ArraySlice<Provider>
    private let maximum: Int
    /// Providers asked so far.
    private(set) var count = 0
    /// What the retryable ones among them did.
    private(set) var outcomes: [Outcome] = []

    /// - Parameter providers: in the order in which to ask.
    init(providers: [Provider], settings: FacadeSettings) {
        waiting = providers[...]
        maximum = settings.maximumAttempts
    }

    /// The next provider to ask, if there is one and another try is allowed.
    mutating func next() -> Provider? {
        guard count < maximum, let provider = waiting.popFirst() else { return nil }
        count += 1
        return provider
    }

    mutating func record(_ outcome: Outcome) -> Verdict {
        guard outcome.isRetryable else { return .conclude }
        outcomes.append(outcome)
        return count < maximum && !waiting.isEmpty ? .retry : .exhausted
    }

    /// Whether providers were left unasked because of the limit.
    var wasCutShort: Bool { count >= maximum && !waiting.isEmpty }

    /// The error that sums the failures up, when no provider gave an answer that could be passed on.
    func conclusion(model: String) -> OpenAIError {
        let busy = outcomes.compactMap { outcome -> TimeSpan? in
            guard case .failed(.overloaded(let retryAfter)) = outcome else { return nil }
            return retryAfter
        }
        if !busy.isEmpty, busy.count == outcomes.count, let soonest = busy.min() {
            return .overloaded(retryAfterMilliseconds: soonest.milliseconds)
        }
        if case .failed(.unattested(let message)) = outcomes.last { return .labelUnattested(message) }
        var reason: String?
        if case .failed(let failure) = outcomes.last { reason = "\(failure)" }
        var error = OpenAIError.noAvailableProvider(model, reason: reason)
        if !wasCutShort { error.shouldRetry = false }
        return error
    }
}
