import Gossip
import Hummingbird
import Inference
import NIOCore
import Overlay
import Synchronization

/// The OpenAI-compatible door: takes a request for a model, asks the hosts that serve it one after another until one
/// answers, and passes that answer on.
final class Facade: Sendable {
    private struct State: Sendable {
        var backoff: ProviderBackoff
        var memory: ModelMemory
    }

    private let mesh: any MeshAccess
    private let settings: FacadeSettings
    private let metrics: FacadeMetrics
    private let state: Mutex<State>

    init(mesh: any MeshAccess, settings: FacadeSettings, metrics: FacadeMetrics) {
        self.mesh = mesh
        self.settings = settings
        self.metrics = metrics
        state = Mutex(State(backoff: ProviderBackoff(settings: settings), memory: ModelMemory(settings: settings)))
    }

    private static var now: Instant { Instant(nanoseconds: NIODeadline.now().uptimeNanoseconds) }

    /// - Throws: ``OpenAIError``, or `CancellationError` when the client has gone.
    func respond(to request: LocalRequest) async throws -> Response {
        guard request.method == "POST" else { throw OpenAIError.methodNotAllowed(request.method, allowed: "POST") }
        let required = try requiredLabels(of: request)
        let (body, summary) = try await RequestIntake(settings: settings).read(request)
        let providers = try await eligibleProviders(of: summary.model, required: required)
        return try await ask(providers, request: request, body: body, model: summary.model)
    }

    private func requiredLabels(of request: LocalRequest) throws(OpenAIError) -> LabelSet {
        guard let text = request.fields.first("x-sam-required-labels") else { return .empty }
        guard let labels = LabelSet(parsing: text), !labels.isEmpty else {
            throw .invalidRequest("X-Sam-Required-Labels must be key=value pairs with commas between them")
        }
        return labels
    }

    /// The hosts to ask, in order.
    private func eligibleProviders(of model: String, required: LabelSet) async throws -> [Provider] {
        let ranked = await mesh.providers(model: model)
        let now = Self.now
        guard !ranked.isEmpty else {
            let wasServed = state.withLock { $0.memory.remembers(model, at: now) }
            throw wasServed ? OpenAIError.noAvailableProvider(model) : OpenAIError.modelNotFound(model)
        }
        let eligible = ranked.filter { provider in
            required.isEmpty || required.labels.contains { provider.labels.contains($0) }
        }
        metrics.countRejection(.labelMismatch, by: ranked.count - eligible.count)
        guard !eligible.isEmpty else {
            metrics.countRejection(.noEligibleProvider)
            throw OpenAIError.noEligibleProvider(model)
        }
        return state.withLock { state in
            state.memory.record(model, at: now)
            metrics.countRejection(
                .providerBackoff, by: eligible.count { state.backoff.isBackingOff($0.key, at: now) })
            return state.backoff.order(eligible, at: now)
        }
    }

    private func ask(
        _ providers: [Provider], request: LocalRequest, body: ByteBuffer, model: String
    ) async throws -> Response {
        var attempts = Attempts(providers: providers, settings: settings)
        while let provider = attempts.next() {
            if attempts.count > 1 { metrics.countRetry() }
            let result = try await exchange(with: provider, request: request, body: body)
            switch attempts.record(remember(result, of: provider)) {
            case .retry:
                continue
            case .conclude:
                return try conclude(result, provider: provider, request: request, attempts: attempts, shouldRetry: nil)
            case .exhausted:
                metrics.countRejection(.attemptsExceeded)
                guard case .success = result else { throw attempts.conclusion(model: model) }
                let shouldRetry: Bool? = attempts.wasCutShort ? nil : false
                return try conclude(
                    result, provider: provider, request: request, attempts: attempts, shouldRetry: shouldRetry)
            }
        }
        throw attempts.conclusion(model: model)
    }

    private func exchange(
        with provider: Provider, request: LocalRequest, body: ByteBuffer
    ) async throws -> Result<MeshAnswer, ExchangeFailure> {
        let query = request.target.query.map { "?" + $0 } ?? ""
        let service = provider.service
        let head = RequestHead(
            method: request.method, path: "/\(service.type.text)/\(service.name)\(request.target.path)\(query)",
            fields: request.forwardedFields(contentLength: body.readableBytes) + request.labelDemand)
        do {
            return .success(try await mesh.exchange(with: provider.host, head: head, body: WholeBody(body)))
        } catch let failure as ExchangeFailure {
            try Task.checkCancellation()
            return .failure(failure)
        }
    }

    private func remember(_ result: Result<MeshAnswer, ExchangeFailure>, of provider: Provider) -> Attempts.Outcome {
        let outcome: Attempts.Outcome
        switch result {
        case .success(let answer): outcome = .answered(status: answer.head.status)
        case .failure(let failure): outcome = .failed(failure)
        }
        // The mesh itself remembers who is busy, and for how long.
        if case .failed(.overloaded) = outcome { return outcome }
        state.withLock { state in
            if outcome.isRetryable {
                state.backoff.recordFailure(of: provider.key, at: Self.now)
            } else if case .answered = outcome {
                state.backoff.recordSuccess(of: provider.key)
            }
        }
        return outcome
    }

    private func conclude(
        _ result: Result<MeshAnswer, ExchangeFailure>, provider: Provider, request: LocalRequest, attempts: Attempts,
        shouldRetry: Bool?
    ) throws(OpenAIError) -> Response {
        switch result {
        case .failure(let failure):
            throw OpenAIError(failure)
        case .success(let answer):
            let relay = AnswerRelay(request: request, provider: provider, attempts: attempts.count, metrics: metrics)
            return relay.response(answer, shouldRetry: shouldRetry)
        }
    }
}
