import NIOCore
import NIOPosix
import Overlay

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Why an interface cannot be used for multicast.
struct MulticastFailure: Error, CustomStringConvertible {
    let description: String
}

/// A UDP socket in the group of multicast DNS that sends on one interface.
enum MulticastSocket {
    /// RFC 6762 section 11: packets with 255 cannot have come through a router.
    private static let hops: CUnsignedChar = 255

    /// - Throws: ``MulticastFailure``, and what the operating system says.
    static func open(
        on interface: IPAddress, for discovery: LocalDiscovery, eventLoop: any EventLoop
    ) async throws -> any Channel {
        guard let address = try address(of: interface) else {
            throw MulticastFailure(description: "no interface of this machine has that IPv4 address")
        }
        let group = try group()
        let channel = try await DatagramBootstrap(group: eventLoop)
            .channelOption(.socketOption(.so_reuseaddr), value: 1)
            // Other programs on the machine speak multicast DNS too.
            .channelOption(.socket(SocketOptionLevel(SOL_SOCKET), SocketOptionName(SO_REUSEPORT)), value: 1)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: DNSLimits.messageLength))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(MulticastHandler(discovery))
                }
            }
            // Bound to the group: what is sent to the port alone is not meant for this socket.
            .bind(to: group)
            .get()
        do {
            guard let options = channel as? any SocketOptionProvider else {
                throw MulticastFailure(description: "the socket takes no options")
            }
            try await options.setIPMulticastIF(address).get()
            try await options.setIPMulticastTTL(hops).get()
            try await options.setIPMulticastLoop(1).get()
            try await join(interface: address, options)
        } catch {
            channel.close(promise: nil)
            throw error
        }
        return channel
    }

    static func send(_ bytes: [UInt8], on channel: any Channel) {
        guard let group = try? group() else { return }
        // Nothing hangs on one datagram: what is lost is asked for again.
        channel.writeAndFlush(AddressedEnvelope(remoteAddress: group, data: ByteBuffer(bytes: bytes)), promise: nil)
    }

    private static func group() throws -> SocketAddress {
        try SocketAddress(ipAddress: MulticastDiscovery.group.description, port: Int(MulticastDiscovery.port))
    }

    /// By the system's own option: Linux has no multicast flag on loopback, and joins there all the same.
    private static func join(interface: in_addr, _ options: any SocketOptionProvider) async throws {
        var request = ip_mreq()
        request.imr_interface = interface
        guard case .v4(let group) = MulticastDiscovery.group else { return }
        request.imr_multiaddr.s_addr = group.bigEndian
        try await options.unsafeSetSocketOption(
            level: SocketOptionLevel(IPPROTO_IP), name: SocketOptionName(IP_ADD_MEMBERSHIP), value: request
        ).get()
    }

    private static func address(of interface: IPAddress) throws -> in_addr? {
        for device in try System.enumerateDevices() {
            guard case .v4(let address)? = device.address, device.address?.ipAddress == interface.description else {
                continue
            }
            return address.address.sin_addr
        }
        return nil
    }
}

/// Hands datagrams to the discovery, which lives on the same event loop.
private final class MulticastHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let discovery: LocalDiscovery

    init(_ discovery: LocalDiscovery) {
        self.discovery = discovery
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let bytes = Array(envelope.data.readableBytesView)
        let source = envelope.remoteAddress
        discovery.assumeIsolated { $0.received(bytes, from: source) }
    }

    /// An error of one datagram, such as an unreachable network, is no reason to close.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
