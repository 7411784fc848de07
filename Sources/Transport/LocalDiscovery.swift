import Inference
import Logging
import NIOCore
import NIOPosix
import Overlay

/// Drives one ``Overlay/MulticastDiscovery`` for a node: a socket for each interface, all in the group of multicast DNS.
/// Lives on the node's event loop.
public actor LocalDiscovery {
    public nonisolated let unownedExecutor: UnownedSerialExecutor
    private nonisolated let eventLoop: any EventLoop
    private let node: Node
    private let logger: Logger
    private var discovery: MulticastDiscovery
    private var sockets: [any Channel] = []
    private var timer: Scheduled<Void>?

    /// - Parameter seed: 32 bytes from the operating system.
    public init(for node: Node, seed: [UInt8], logger: Logger) throws(DNSError) {
        self.node = node
        self.logger = logger
        eventLoop = node.eventLoop
        unownedExecutor = node.unownedExecutor
        discovery = try MulticastDiscovery(
            mesh: node.meshID.bytes, peer: node.id, random: RandomSource(seed: seed), at: NodeClock.instant)
    }

    /// Datagrams that came in and were not acted on.
    public var counts: MulticastDiscovery.Counts { discovery.counts }

    /// Begins to ask on the interfaces with these IPv4 addresses, and to say that the node can be dialed at `addresses`.
    /// An interface that cannot be used is left out, with a line in the log.
    /// - Returns: on how many interfaces it works.
    @discardableResult
    public func start(on interfaces: [IPAddress], announcing addresses: [Multiaddr]) async -> Int {
        for interface in interfaces {
            do {
                sockets.append(try await MulticastSocket.open(on: interface, for: self, eventLoop: eventLoop))
            } catch {
                logger.notice("nodes of the local network are not looked for on \(interface): \(error)")
            }
        }
        guard !sockets.isEmpty else { return 0 }
        enter { $0.setAddresses(addresses, at: $1, into: &$2) }
        return sockets.count
    }

    /// Says goodbye and closes.
    public func stop() async {
        enter { discovery, _, outbox in discovery.leave(into: &outbox) }
        timer?.cancel()
        timer = nil
        let open = sockets
        sockets = []
        // The goodbye has left with its write; a socket that was closed by an error before is closed.
        for socket in open { try? await socket.close().get() }
    }

    func received(_ bytes: [UInt8], from source: SocketAddress) {
        guard let ip = source.ipAddress.flatMap({ IPAddress($0) }),
            let port = source.port.flatMap(UInt16.init(exactly:))
        else { return }
        enter { $0.receive(bytes, from: ip, port: port, at: $1, into: &$2) }
    }

    private func enter(_ body: (inout MulticastDiscovery, Instant, inout MulticastDiscovery.Outbox) -> Void) {
        var outbox = MulticastDiscovery.Outbox()
        body(&discovery, NodeClock.instant, &outbox)
        for action in outbox.actions { carryOut(action) }
        arm()
    }

    private func carryOut(_ action: MulticastDiscovery.Action) {
        switch action {
        case .send(let bytes):
            for socket in sockets { MulticastSocket.send(bytes, on: socket) }
        case .found(let peer, let addresses):
            node.assumeIsolated { $0.found(peer, at: addresses) }
        case .left(let peer):
            logger.debug("\(peer) says on the local network that it goes")
        }
    }

    private func arm() {
        timer?.cancel()
        timer = nil
        guard !sockets.isEmpty, discovery.nextDeadline < .distantFuture else { return }
        let deadline = max(discovery.nextDeadline, NodeClock.instant + .milliseconds(1))
        timer = eventLoop.scheduleTask(deadline: NodeClock.deadline(deadline)) { [weak self] in
            self?.assumeIsolated { actor in actor.enter { $0.wake(at: $1, into: &$2) } }
        }
    }
}

extension Node {
    /// A peer of this mesh can be dialed at addresses, as somebody on the local network says.
    func found(_ found: PeerID, at addresses: [Multiaddr]) {
        enter { peer, now, outbox in _ = peer.found(found, at: addresses, at: now, into: &outbox) }
    }
}
