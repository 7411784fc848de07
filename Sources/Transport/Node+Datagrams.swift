import Inference
import NIOCore
import NIOPosix
import Overlay

/// The node's UDP sockets.
extension Node {
    /// Binds a UDP socket; on port 0 or a port that is taken a free one is used.
    func bindDatagrams(host: String, port: Int) async throws -> any Channel {
        do {
            return try await openDatagrams(host: host, port: port)
        } catch let error as IOError where error.errnoCode == EADDRINUSE && port != 0 {
            logger.notice("UDP port \(port) is in use; datagrams use another one")
            return try await openDatagrams(host: host, port: 0)
        }
    }

    private func openDatagrams(host: String, port: Int) async throws -> any Channel {
        try await DatagramBootstrap(group: eventLoop)
            .channelOption(.datagramVectorReadMessageCount, value: configuration.transport.datagramsPerRead)
            .channelOption(
                .recvAllocator,
                value: FixedSizeRecvByteBufferAllocator(
                    capacity: configuration.transport.datagramsPerRead * DatagramLimits.datagramRoom)
            )
            .channelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let self else { return }
                    try channel.pipeline.syncOperations.addHandler(DatagramHandler(node: self))
                }
            }
            .bind(host: host, port: port)
            .get()
    }

    /// A node that nobody can reach still asks: over sockets with any free port.
    func openAskingSockets() async {
        guard configuration.peer.settings.usesDatagrams, datagramChannels.isEmpty else { return }
        for host in ["0.0.0.0", "::"] {
            do {
                datagramChannels.append(try await openDatagrams(host: host, port: 0))
            } catch {
                logger.debug("no UDP socket on \(host): \(error)")
            }
        }
    }

    // MARK: Receiving

    func received(_ bytes: ByteBuffer, from address: SocketAddress) {
        guard let endpoint = UDPEndpoint(address) else { return }
        let dropped = datagrams.counters.droppedCount
        withDatagrams { $0.receive(bytes, from: endpoint, at: $1, into: &$2) }
        if datagrams.counters.droppedCount > dropped {
            logger.debug("dropped a datagram of \(bytes.readableBytes) bytes from \(address)")
        }
    }

    func socketFailed(_ error: any Error) {
        logger.debug("a UDP socket reports: \(error)")
    }

    // MARK: What the core asks for

    /// Runs one entry of the datagram endpoint, sends what it has for the wire and tells the core what came.
    func withDatagrams(_ body: (inout DatagramEndpoint, Instant, inout DatagramOutbox) -> Void) {
        var outbox = DatagramOutbox()
        body(&datagrams, NodeClock.instant, &outbox)
        for (bytes, endpoint) in outbox.packets { send(bytes, to: endpoint) }
        if !outbox.packets.isEmpty { for channel in datagramChannels { channel.flush() } }
        for (bytes, endpoint) in outbox.dialBacks { sendDialBack(bytes, to: endpoint) }
        for received in outbox.received { take(received) }
        for (nonce, endpoint) in outbox.receivedDialBacks { take(nonce, from: endpoint) }
    }

    private func take(_ received: ReceivedDatagram) {
        guard let message = try? KademliaMessage(decoding: received.message) else {
            return logger.debug("\(received.peer) sent a datagram with a message that cannot be read")
        }
        var introduction: Introduction?
        if let bytes = received.introduction {
            guard let read = try? Introduction(decoding: bytes) else {
                return logger.debug("\(received.peer) introduces itself with something that cannot be read")
            }
            introduction = read
        }
        let told = introduction
        logger.debug("received \(LinkMessage.kademlia(message).kindText) of \(received.peer) in a datagram")
        enter { peer, now, outbox in
            peer.receive(
                message, introduction: told, from: received.peer, source: received.source, at: now, into: &outbox)
        }
    }

    /// A full socket buffer drops the datagram: whoever asked asks again.
    private func send(_ bytes: [UInt8], to endpoint: UDPEndpoint) {
        guard let (channel, address) = way(to: endpoint, over: datagramChannels), channel.isWritable else { return }
        channel.write(AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: bytes)), promise: nil)
    }
}

extension Node {
    /// The socket to send from, and the address as that socket wants it: one of IPv6 alone reaches IPv4 in mapped form
    /// (RFC 4291, section 2.5.5.2).
    func way(to endpoint: UDPEndpoint, over channels: [any Channel]) -> (any Channel, SocketAddress)? {
        let port = Int(endpoint.port)
        guard let address = SocketAddress(endpoint.ip, port: port) else { return nil }
        if let channel = channels.first(where: { $0.localAddress?.protocol == address.protocol }) {
            return (channel, address)
        }
        guard case .v4(let bits) = endpoint.ip, let channel = channels.first,
            let mapped = SocketAddress(.v6(high: 0, low: 0xffff << 32 | UInt64(bits)), port: port)
        else { return nil }
        return (channel, mapped)
    }
}

extension SocketAddress {
    /// Nil never: an address of 4 or 16 bytes is always one.
    fileprivate init?(_ ip: IPAddress, port: Int) {
        guard let address = try? SocketAddress(packedIPAddress: ByteBuffer(bytes: ip.bytes), port: port) else {
            return nil
        }
        self = address
    }
}

extension UDPEndpoint {
    /// Where a datagram came from; nil for something that is no IP address.
    init?(_ address: SocketAddress) {
        guard let port = address.port.flatMap(UInt16.init(exactly:)), port > 0 else { return nil }
        switch address {
        case .v4(let address):
            let bits = UInt32(bigEndian: address.address.sin_addr.s_addr)
            self.init(ip: .v4(bits), port: port)
        case .v6(let address):
            let bytes = withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
            guard let ip = IPAddress(bytes: bytes) else { return nil }
            self.init(ip: ip, port: port)
        case .unixDomainSocket:
            return nil
        }
    }
}
