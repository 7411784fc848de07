import Inference
import NIOCore
import NIOPosix
import Overlay

extension Node {
    /// A dial under way: its addresses are tried one after another, the next starting before the last has failed.
    struct DialState {
        let peer: PeerID?
        var pending: [Multiaddr]
        /// Connections being made, or made and not yet proven.
        var underWay = 0
        var failures: [String] = []
        var nextStart: Scheduled<Void>?
    }

    func beginDial(_ id: DialID, peer: PeerID?, addresses: [Multiaddr]) {
        dials[id] = DialState(peer: peer, pending: addresses)
        startNextAddress(of: id)
    }

    private func startNextAddress(of id: DialID) {
        guard let address = dials[id]?.pending.first else { return endDialIfDone(id) }
        dials[id]?.nextStart?.cancel()
        dials[id]?.pending.removeFirst()
        dials[id]?.underWay += 1
        if dials[id]?.pending.isEmpty == false {
            dials[id]?.nextStart = eventLoop.scheduleTask(in: configuration.transport.nextAddressAfter) { [weak self] in
                self?.assumeIsolated { $0.startNextAddress(of: id) }
            }
        }
        connect(to: address, for: id)
    }

    private func connect(to address: Multiaddr, for id: DialID) {
        dialMemory.began(remembered(address, of: id), at: NodeClock.instant)
        guard let endpoint = address.tcpEndpoint else {
            return addressFailed(address, of: id, "not a TCP address that this node can dial")
        }
        let expecting = dials[id]?.peer ?? address.peer
        ClientBootstrap(group: eventLoop)
            .linkOptions(configuration.transport)
            .connect(host: endpoint.host, port: endpoint.port)
            .whenComplete { [weak self] result in
                self?.assumeIsolated { $0.connected(result, to: address, expecting: expecting, for: id) }
            }
    }

    private func connected(
        _ result: Result<any Channel, any Error>, to address: Multiaddr, expecting: PeerID?, for id: DialID
    ) {
        switch result {
        case .failure(let error):
            addressFailed(address, of: id, words(for: error))
        case .success(let channel):
            // Another address of the same dial was quicker, or the node is closing.
            guard dials[id] != nil else { return channel.close(promise: nil) }
            guard let link = adopt(channel, role: .initiator, expecting: expecting, dial: id) else {
                channel.close(promise: nil)
                return addressFailed(address, of: id, "this node has all the links it takes")
            }
            channels[link]?.dialed = remembered(address, of: id)
            install(link, on: channel)
        }
    }

    private func words(for error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError: words(for: error)
        case let error as IOError: error.errnoCode == ECONNREFUSED ? "connection refused" : error.description
        case ChannelError.connectTimeout:
            "no answer within \(configuration.transport.connectTimeout.nanoseconds / 1_000_000_000) seconds"
        default: "\(error)"
        }
    }

    /// What the first connection attempt said, or why there was none.
    private func words(for error: NIOConnectionError) -> String {
        if let first = error.connectionErrors.first { return words(for: first.error) }
        return "no address of \(error.host) was found (\(error.dnsAError ?? error.dnsAAAAError ?? error))"
    }

    private func addressFailed(_ address: Multiaddr, of id: DialID, _ reason: String) {
        dialMemory.failed(remembered(address, of: id), reason)
        addressFailed(of: id, reason: "\(address): \(reason)")
    }

    func addressFailed(of id: DialID, reason: String) {
        guard dials[id] != nil else { return }
        dials[id]?.underWay -= 1
        dials[id]?.failures.append(reason)
        startNextAddress(of: id)
    }

    private func endDialIfDone(_ id: DialID) {
        guard let dial = dials[id], dial.pending.isEmpty, dial.underWay <= 0 else { return }
        dials[id] = nil
        let reason = dial.failures.isEmpty ? "it has no address" : dial.failures.joined(separator: "; ")
        enter { peer, now, outbox in peer.dialFailed(id, reason: reason, at: now, into: &outbox) }
    }

    /// Puts the handler on a channel of this event loop and starts the session.
    func install(_ link: LinkID, on channel: any Channel) {
        do {
            try channel.pipeline.syncOperations.addHandler(LinkHandler(id: link, node: self))
            begin(link)
        } catch {
            channelClosed(link, reason: "\(error)")
        }
    }
}
