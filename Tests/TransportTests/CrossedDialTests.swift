import Foundation
import Gossip
import NIOCore
import Overlay
import Testing

@testable import Inference
@testable import Transport

/// Two nodes that dial each other at the same moment, over real sockets: one usable connection is left. Many rounds keep
/// the processors from tests beside it that have deadlines, so `SAM_CROSSED_DIALS=1000` is for a run of its own.
struct CrossedDialTests {
    private static let rounds = ProcessInfo.processInfo.environment["SAM_CROSSED_DIALS"].flatMap(Int.init) ?? 25
    private static let pairsAtOnce = min(rounds, rounds < 100 ? 1 : 4)

    @Test func oneUsableConnectionIsLeftEveryTime() async throws {
        var crossed = 0
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<Self.pairsAtOnce { group.addTask { try await Self.dialEachOther() } }
            for round in 0..<Self.rounds {
                if try await group.next() == true { crossed += 1 }
                if round + Self.pairsAtOnce < Self.rounds { group.addTask { try await Self.dialEachOther() } }
            }
        }
        print("\(crossed) of \(Self.rounds) pairs of dials crossed")
        // Where one node was quicker there was nothing to decide.
        #expect(crossed > Self.rounds / 2)
    }

    /// Whether both dials came to a connection.
    private static func dialEachOther() async throws -> Bool {
        let (one, other) = (try await TestMesh.make(NodePlan()), try await TestMesh.make(NodePlan()))
        let (first, second) = (await one.node.contact, await other.node.contact)
        async let dialing: Void = one.node.dial(second)
        await other.node.dial(first)
        await dialing
        let result = await Result { try await settled(one, other) }
        await one.node.stop(drainingAtMost: .zero)
        await other.node.stop(drainingAtMost: .zero)
        return try result.get()
    }

    private static func settled(_ one: TestNode, _ other: TestNode) async throws -> Bool {
        try await within(.seconds(20), "one connection between two nodes") {
            var (here, there) = (await one.node.view, await other.node.view)
            while !here.isSettled || !there.isSettled || !here.isOtherEnd(of: there) {
                (here, there) = (await one.node.view, await other.node.view)
            }
            // A circuit opens over it: the host is reached and says that it has no such service.
            for (caller, host) in [(one, other), (other, one)] {
                await #expect(
                    throws: ExchangeFailure.refused(
                        status: 404, code: "service_not_found", message: "Service not found")
                ) {
                    try await caller.node.exchange(
                        with: host.id, head: RequestHead(method: "GET", path: "/inference/absent/v1", fields: []),
                        body: Parts.of([]))
                }
            }
            return here.opened == 2 && there.opened == 2
        }
    }
}

/// What a node sees of its connections.
private struct ConnectionView: Sendable {
    var dials: Int
    var admitted: [Bool]
    var sockets: [(local: SocketAddress?, remote: SocketAddress?)]
    var opened: UInt64

    /// Nothing is under way, and one link is left that both ends admitted.
    var isSettled: Bool { dials == 0 && admitted == [true] && sockets.count == 1 }

    func isOtherEnd(of other: ConnectionView) -> Bool {
        sockets.first?.local == other.sockets.first?.remote && sockets.first?.remote == other.sockets.first?.local
    }
}

extension Node {
    fileprivate var contact: Contact { peer.kademlia.own.contact }

    fileprivate func dial(_ contact: Contact) {
        enter { peer, now, outbox in _ = peer.dial(contact, at: now, into: &outbox) }
    }

    fileprivate var view: ConnectionView {
        ConnectionView(
            dials: dials.count, admitted: peer.linkSummaries(at: NodeClock.instant).map(\.isAdmitted),
            sockets: channels.values.map { ($0.channel.localAddress, $0.channel.remoteAddress) },
            opened: peer.counters.linksOpened)
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
