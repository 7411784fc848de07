import Gossip
import Logging
import ServiceLifecycle
import Synchronization

/// Looks at every backend again and again, and tells which services are alive whenever that changes.
struct BackendProber: Service, CustomStringConvertible {
    let description = "backend prober"
    private let services: [BackendService]
    private let client: BackendClient
    private let logger: Logger
    private let publish: @Sendable ([LiveService]) async -> Void

    /// - Parameter publish: gets the complete list each time, in the order of `services`; one call at a time.
    init(
        services: [BackendService], client: BackendClient, logger: Logger,
        publish: @escaping @Sendable ([LiveService]) async -> Void
    ) {
        self.services = services
        self.client = client
        self.logger = logger
        self.publish = publish
    }

    /// Runs until the task is cancelled or the service shut down.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            let board = StateBoard()
            await withTaskGroup(of: Void.self) { group in
                for service in services {
                    group.addTask { await watch(service, board: board) }
                }
                group.addTask { await announce(board) }
            }
        }
    }

    private func watch(_ service: BackendService, board: StateBoard) async {
        let settings = client.settings
        let probe = BackendProbe(service: service, client: client)
        var last: BackendState?
        var pause = settings.probePause
        while !Task.isCancelled {
            let state = await probe.run()
            guard !Task.isCancelled else { return }
            if state != last { report(state, instead: last, of: service) }
            last = state
            board.set(state.models, for: service.name)
            let wait: Duration
            switch state {
            case .live:
                wait = settings.probeInterval
                pause = settings.probePause
            case .down:
                wait = pause
                pause = min(pause * 2, settings.probePauseLimit)
            }
            try? await Task.sleep(for: wait)
        }
    }

    private func report(_ state: BackendState, instead last: BackendState?, of service: BackendService) {
        let place: Logger.Metadata = ["service": "\(service.name)", "target": "\(service.targetURL)"]
        switch (state, last) {
        case (.live(let models), .live):
            logger.info("the backend's models changed", metadata: place.merging(["models": "\(models.count)"]) { $1 })
        case (.live(let models), _):
            logger.info("the backend answers", metadata: place.merging(["models": "\(models.count)"]) { $1 })
        case (.down(let reason), _):
            logger.warning(
                "the backend does not answer, so its service is not announced",
                metadata: place.merging(["reason": "\(reason)"]) { $1 })
        }
    }

    private func announce(_ board: StateBoard) async {
        var announced: [LiveService] = []
        for await _ in board.changes {
            let live = services.compactMap { service in
                board.models(of: service.name).map { LiveService(service: service, models: $0) }
            }
            guard live != announced else { continue }
            announced = live
            await publish(live)
        }
    }
}

/// What is known of each backend, shared between the tasks that look and the one that tells.
private final class StateBoard: Sendable {
    private let live = Mutex<[ServiceName: [String]]>([:])
    private let signal: AsyncStream<Void>.Continuation
    /// One element after one or more changes.
    let changes: AsyncStream<Void>

    init() {
        (changes, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// - Parameter models: nil when the backend is down.
    func set(_ models: [String]?, for service: ServiceName) {
        let isChanged = live.withLock { live in
            let isChanged = live[service] != models
            live[service] = models
            return isChanged
        }
        if isChanged { signal.yield() }
    }

    func models(of service: ServiceName) -> [String]? {
        live.withLock { $0[service] }
    }
}
