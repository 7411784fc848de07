import NIOCore
import NIOPosix

/// One TCP or Unix connection whose bytes a test writes and reads itself.
final class RawConnection {
    typealias Stream = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    struct Closed: Error {
        var received: String
    }

    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private let channel: any Channel
    /// Received and not yet taken.
    private(set) var buffer = ""

    init(
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>, outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        channel: any Channel
    ) {
        iterator = inbound.makeAsyncIterator()
        self.outbound = outbound
        self.channel = channel
    }

    func write(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    func write(_ bytes: ByteBuffer) async throws {
        try await outbound.write(bytes)
    }

    /// Waits until the loop has got round to the writes before, so that the next one waits if they did not fit.
    func settle() async throws {
        try await channel.eventLoop.submit {}.get()
    }

    /// Reads until `mark` has come, and takes everything up to its end.
    func read(until mark: String) async throws -> String {
        while true {
            if let range = buffer.firstRange(of: mark) {
                let text = String(buffer[..<range.upperBound])
                buffer = String(buffer[range.upperBound...])
                return text
            }
            guard let bytes = try await iterator.next() else { throw Closed(received: buffer) }
            buffer += String(buffer: bytes)
        }
    }

    /// Reads until the other side closes.
    func readToEnd() async -> String {
        do {
            while let bytes = try await iterator.next() { buffer += String(buffer: bytes) }
        } catch {
            return buffer
        }
        return buffer
    }

    /// Closes the sending direction only.
    func stopSending() async throws {
        try await channel.close(mode: .output)
    }

    /// Closes both directions.
    func close() async throws {
        try await channel.close()
    }

    static func connect(
        to address: SocketAddress, _ body: @escaping @Sendable (RawConnection) async throws -> Void
    ) async throws {
        let stream = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            // What the system buffers must be small beside what the tests of back-pressure send.
            .channelOption(.socketOption(.so_rcvbuf), value: 64 << 10)
            .connect(to: address) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let configuration = Stream.Configuration(isOutboundHalfClosureEnabled: true)
                    return try Stream(wrappingChannelSynchronously: channel, configuration: configuration)
                }
            }
        try await stream.executeThenClose { inbound, outbound in
            try await body(RawConnection(inbound: inbound, outbound: outbound, channel: stream.channel))
        }
    }

    static func connect(port: Int, _ body: @escaping @Sendable (RawConnection) async throws -> Void) async throws {
        try await connect(to: SocketAddress(ipAddress: "127.0.0.1", port: port), body)
    }
}

/// A connection that was accepted. A listener that closes lets go of those whose channels are not set up yet, and SwiftNIO
/// ends the process when a channel is let go of that nobody has closed; so this closes it.
private final class AcceptedStream: Sendable {
    let stream: RawConnection.Stream

    init(_ stream: RawConnection.Stream) {
        self.stream = stream
    }

    deinit {
        // Owned by nobody: it ends as soon as the channel is closed, which it does first.
        Task { [stream] in try? await stream.executeThenClose { _, _ in } }
    }
}

/// A TCP server on a free port whose connections are served by `serve`, for as long as `body` runs.
func withRawServer<Value: Sendable>(
    port: Int = 0, serve: @escaping @Sendable (RawConnection) async throws -> Void,
    _ body: @escaping @Sendable (Int) async throws -> Value
) async throws -> Value {
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .bind(host: "127.0.0.1", port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                AcceptedStream(try RawConnection.Stream(wrappingChannelSynchronously: channel))
            }
        }
    let bound = server.channel.localAddress?.port ?? 0
    let drained = Signal<Void>()
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            await withDiscardingTaskGroup { connections in
                try? await server.executeThenClose { inbound in
                    for try await accepted in inbound {
                        connections.addTask {
                            // A connection that breaks is what some tests are about.
                            try? await accepted.stream.executeThenClose { inbound, outbound in
                                try await serve(
                                    RawConnection(
                                        inbound: inbound, outbound: outbound, channel: accepted.stream.channel))
                            }
                        }
                    }
                }
                drained.send()
            }
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(bound))
        } catch {
            result = .failure(error)
        }
        // Connections that were accepted and not yet served are served, so the listener ends first.
        server.channel.close(promise: nil)
        try await drained.wait()
        group.cancelAll()
        return try result.get()
    }
}
