import NIOCore
import NIOPosix

// The options of every TCP socket that carries a connection.

extension ClientBootstrap {
    package func linkOptions(_ settings: TransportSettings = TransportSettings()) -> ClientBootstrap {
        connectTimeout(settings.connectTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.recvAllocator, value: settings.readAllocator)
    }
}

extension ServerBootstrap {
    package func linkOptions(_ settings: TransportSettings = TransportSettings()) -> ServerBootstrap {
        serverChannelOption(.backlog, value: 256)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.recvAllocator, value: settings.readAllocator)
    }
}

extension TransportSettings {
    /// Begins small, because most links carry little, and grows with what comes.
    fileprivate var readAllocator: AdaptiveRecvByteBufferAllocator {
        AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 2_048, maximum: largestRead)
    }
}
