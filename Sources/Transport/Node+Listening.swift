import Inference
import NIOCore
import NIOPosix
import Overlay

/// Why an address could not be listened on.
public struct ListenFailure: Error, CustomStringConvertible {
    public let description: String
}

extension Node {
    /// Listens on TCP multiaddrs such as `/ip4/0.0.0.0/tcp/5002`, and for datagrams on the UDP port of the same number;
    /// port 0 takes a free one.
    /// - Throws: ``ListenFailure`` with what to do about it.
    public func listen(on addresses: [Multiaddr]) async throws {
        for address in addresses {
            guard let endpoint = address.tcpEndpoint else {
                throw ListenFailure(
                    description: "cannot listen on \(address): expected /ip4/ADDRESS/tcp/PORT or /ip6/ADDRESS/tcp/PORT")
            }
            do {
                let listener = try await bind(endpoint)
                listeners.append(listener)
                if configuration.peer.settings.usesDatagrams {
                    let port = listener.localAddress?.port ?? endpoint.port
                    datagramChannels.append(try await bindDatagrams(host: endpoint.host, port: port))
                }
            } catch {
                throw ListenFailure(description: explain(error, address))
            }
        }
        updateListening()
    }

    private func explain(_ error: any Error, _ address: Multiaddr) -> String {
        guard let error = error as? IOError else { return "cannot listen on \(address): \(error)" }
        switch error.errnoCode {
        case EADDRINUSE:
            return
                "cannot listen on \(address): the port is in use; choose another with --listen, or stop the other program"
        case EACCES:
            return "cannot listen on \(address): not permitted; ports below 1024 need a privilege, choose a higher one"
        case EADDRNOTAVAIL:
            return "cannot listen on \(address): no interface of this machine has that address"
        default:
            return "cannot listen on \(address): \(error.description)"
        }
    }

    private func bind(_ endpoint: (host: String, port: Int)) async throws -> any Channel {
        try await ServerBootstrap(group: eventLoop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .linkOptions(configuration.transport)
            .childChannelInitializer { [weak self] channel in
                self?.assumeIsolated { $0.accept(channel) }
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: endpoint.host, port: endpoint.port)
            .get()
    }

    private func accept(_ channel: any Channel) {
        guard let link = adopt(channel, role: .responder, expecting: nil, dial: nil) else {
            return channel.close(promise: nil)
        }
        install(link, on: channel)
    }

    private func updateListening() {
        listening = listeners.compactMap { $0.localAddress }.flatMap { Self.reachable($0, isUDP: false) }
        listening += datagramChannels.compactMap { $0.localAddress }.flatMap { Self.reachable($0, isUDP: true) }
        let addresses = listening
        enter { peer, now, outbox in peer.setAddresses(addresses, at: now, into: &outbox) }
    }

    /// A socket bound to all addresses is announced with those of the machine's interfaces.
    private static func reachable(_ bound: SocketAddress, isUDP: Bool) -> [Multiaddr] {
        guard bound.isUnspecified else { return [bound.multiaddr(isUDP: isUDP)].compactMap { $0 } }
        let devices = (try? System.enumerateDevices()) ?? []
        return devices.compactMap { device in
            guard let address = device.address, address.protocol == bound.protocol, !address.isLinkLocal else {
                return nil
            }
            return SocketAddress.multiaddr(ip: address.ipAddress, port: bound.port, isUDP: isUDP)
        }
    }

    /// What identify tells the other side.
    func identifyInfo(for channel: any Channel) -> IdentifyInfo {
        var info = IdentifyInfo()
        info.protocolVersion = "sam/1"
        info.agentVersion = configuration.agent
        // Datagrams are a protocol of this mesh; to libp2p the node listens on TCP.
        info.listenAddresses = listening.filter { $0.tcpPort != nil }
        info.observedAddress = channel.remoteAddress?.multiaddr
        return info
    }
}
