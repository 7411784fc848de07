import Gossip
import Inference
import Logging
import NIOPosix
import Overlay
import ServiceLifecycle
import Transport

/// Builds a node from top to bottom, then hands it to one `ServiceGroup`.
struct Wiring {
    private let inputs: NodeInputs
    private let listeners: LocalAPI.Listeners
    private let node: Node
    private let logger = Logger(label: "samnode")

    init(_ command: RunCommand) throws(ConsoleError) {
        inputs = try NodeInputs(command)
        listeners = try LocalListeners.make(command, inputs.directory)
        var settings = PeerSettings()
        settings.usesDatagrams = !command.noUDP
        if let entries = inputs.configuration.catalogEntries { settings.gossip.hold(entries) }
        var peer = PeerConfiguration(
            identity: inputs.identity, meshID: inputs.meshID, token: inputs.token, admission: inputs.admission,
            authorizer: inputs.authorizer, labels: inputs.labels,
            demandedLabels: inputs.configuration.egress.requiredLabels, bootstraps: inputs.bootstraps,
            settings: settings)
        peer.servesLibP2P = inputs.servesLibP2P
        peer.role = inputs.configuration.role
        for service in inputs.configuration.services { peer.slots[service.name] = service.slots }
        peer.revocations = inputs.revocations.list.all.map(\.bytes)
        let configuration = DriverConfiguration(
            peer: peer, seed: SystemRandom.bytes(RandomSource.seedLength), agent: RunSettings.agent)
        do throws(ContactRefusal) {
            node = try Node(configuration, on: MultiThreadedEventLoopGroup.singleton.next(), logger: logger)
        } catch {
            throw ConsoleError(.software, "the node's contact cannot be made: \(error); report this as a defect")
        }
    }

    func run() async throws(ConsoleError) {
        do {
            try await start()
        } catch let error as ListenFailure {
            throw ConsoleError(.unavailable, error.description)
        } catch let error as LocalAPIError {
            throw ConsoleError(.unavailable, "\(error)")
        } catch {
            throw ConsoleError(.software, "\(error)")
        }
    }

    private func start() async throws {
        try await node.listen(on: inputs.listen)
        await describeStart()
        let backends = backendServices()
        let client = BackendClient()
        let proxy = BackendProxy(services: backends, client: client, logger: logger)
        let node = node
        let announcement = StartAnnouncement(listeners: listeners)
        let localAPI = LocalAPI(
            mesh: NodeMesh(node: node, setup: NodeSetup(inputs)), listeners: listeners, registry: PrometheusRegistry(),
            logger: logger,
            onListening: announcement.listening(on:))
        let prober = BackendProber(services: backends, client: client, logger: logger) { live in
            await node.publish(live.compactMap { $0.offer(logger: logger) })
        }
        let service = NodeService(
            node: node, handler: proxy, contacts: ContactStore(inputs.directory),
            revocations: RevocationStore(node: node, directory: inputs.directory, logger: logger), logger: logger)
        let local = try await localDiscovery()
        // Ended in the reverse order: the node leaves the mesh first, so that nobody is sent to it any more.
        var group = ServiceGroupConfiguration(
            services: [ProgramPagesService(), client, localAPI, prober, service, local],
            gracefulShutdownSignals: [.sigint, .sigterm],
            logger: quietLogger)
        group.maximumGracefulShutdownDuration = RunSettings.shutdownLimit
        try await ServiceGroup(configuration: group).run()
    }

    /// The group describes its services in its messages, secrets and all; only its warnings are let through.
    private var quietLogger: Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return quiet
    }

    private func describeStart() async {
        if let notice = inputs.configurationNotice { logger.notice("\(notice)") }
        for notice in inputs.revocations.notices { logger.warning("\(notice)") }
        if inputs.servesLibP2P { logger.info("peers without a token may look things up over libp2p's DHT") }
        let status = await node.status()
        StartAnnouncement.say("PeerID: \(node.id)")
        StartAnnouncement.say("Listening on: [\(status.listening.map(\.text).joined(separator: " "))]")
    }

    private func localDiscovery() async throws -> LocalDiscoveryService {
        let listening = await node.status().listening.map(\.withoutPeer).filter { $0.tcpPort != nil }
        return LocalDiscoveryService(
            discovery: try LocalDiscovery(
                for: node, seed: SystemRandom.bytes(RandomSource.seedLength), logger: logger),
            network: LocalNetwork(
                inputs.localDiscovery, listening: listening, machine: LocalNetwork.machineAddresses()),
            logger: logger)
    }

    /// What the configuration offers that this node can carry out: services behind a URL.
    private func backendServices() -> [BackendService] {
        inputs.configuration.services.compactMap { service in
            guard case .url(let url) = service.backend else {
                logger.warning("\(service.name) is not offered: this version serves backends with a target_url only")
                return nil
            }
            return BackendService(
                name: service.name, targetURL: url.text, summary: service.description, labels: inputs.labels)
        }
    }

}

extension LiveService {
    fileprivate func offer(logger: Logger) -> ServiceOffer? {
        do throws(InvalidOffer) {
            return try ServiceOffer(
                name: service.name, summary: service.summary, models: models, labels: service.labels)
        } catch {
            logger.warning("\(service.name) cannot be announced: \(error)")
            return nil
        }
    }
}
