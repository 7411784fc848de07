import HummingbirdCore
import NIOCore
import NIOPosix
import Testing

@testable import samnode

struct ClientChannelTests {
    private let channel = ClientChannel(settings: LocalAPISettings()) { _, _, _ in }

    /// A server that ends lets go of those whom it has accepted and not served.
    @Test func aClientThatNobodyServesIsLeft() async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { [channel] client in
                channel.setup(channel: client, logger: APIHarness.quiet)
            }
        try await withDeadline(seconds: 60) {
            try await server.executeThenClose { accepted in
                try await RawConnection.connect(port: server.channel.localAddress?.port ?? 0) { client in
                    for try await _ in accepted { break }
                    #expect(await client.readToEnd() == "")
                }
            }
        }
    }

    @Test func serversEndWhileClientsConnect() async throws {
        for _ in 0..<30 {
            let listening = Signal<Int>()
            let server = channel.server(
                configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: 0)),
                onServerRunning: { listening.send($0.localAddress?.port ?? 0) },
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: APIHarness.quiet)
            try await withDeadline(seconds: 60) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try? await server.run() }
                    let port = try await listening.wait()
                    for _ in 0..<16 {
                        // Whoever comes too late is refused or left, depending on how late.
                        group.addTask { try? await RawConnection.connect(port: port) { _ = await $0.readToEnd() } }
                    }
                    group.addTask { try await RawConnection.connect(port: port) { try await $0.close() } }
                    try await group.next()
                    group.cancelAll()
                }
            }
        }
    }
}
