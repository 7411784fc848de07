import Gossip
import Overlay
import Testing

@testable import Inference

/// Peers without a token in front of a node: what they get, and what they do not.
struct LibP2PNeighbourTests {
    private static let kademlia = LibP2PKademliaMessage.protocolID
    private static let content: [UInt8] = [0x12, 0x20] + [UInt8](repeating: 3, count: 32)

    private func announcement(of peer: PeerID) throws -> LibP2PKademliaMessage {
        var message = LibP2PKademliaMessage(.addProvider, key: Self.content)
        message.providerPeers = [
            LibP2PKademliaMessage.Peer(
                id: LibP2PPeerID(peer), addresses: [try Multiaddr(text: "/ip4/10.9.9.9/tcp/1")])
        ]
        return message
    }

    @Test("identify lists the protocol when it is served, and not when it is not", arguments: [true, false])
    func identify(isServed: Bool) throws {
        var bench = try ForeignBench(servesLibP2P: isServed)
        let foreign = bench.dial()
        let info = try #require(bench.foreign[foreign].identify)
        #expect(info.protocols.contains(Self.kademlia) == isServed)
        #expect(info.protocols.contains(LinkSession.controlProtocol))
    }

    @Test func withoutTheSwitchTheStreamIsRefusedAndTheGraceEnds() throws {
        var bench = try ForeignBench(servesLibP2P: false)
        let foreign = bench.dial(protocols: [Self.kademlia])
        let stream = bench.open(Self.kademlia, from: foreign)
        #expect(bench.foreign[foreign].events.contains(.streamRefused(stream, .protocolNotSupported)))
        bench.run(for: .seconds(15))
        #expect(bench.foreign[foreign].closing == .wentAway(code: 0))
        #expect(bench.peer.counters.dropped[.graceExpired] == 1 && bench.peer.libp2pNeighbourCount == nil)
    }

    @Test func whoAsksIsServedAndNeedsNoToken() throws {
        var bench = try ForeignBench()
        let foreign = bench.dial()
        let answer = try #require(try bench.ask(LibP2PKademliaMessage(.findNode, key: [1]), from: foreign))
        #expect(answer.kind == .findNode && answer.closerPeers.isEmpty)
        bench.run(for: .minutes(4))
        #expect(bench.foreign[foreign].closing == nil && bench.peer.libp2pNeighbourCount == 1)
        #expect(bench.peer.linkSummaries(at: bench.now.instant).isEmpty && bench.peer.linkCount == 0)
        #expect(bench.peer.kademlia.table.count == 0 && bench.peer.counters.dropped.isEmpty)
        #expect(bench.peer.counters.libp2pRequests == 1 && bench.peer.counters.libp2pDropped.isEmpty)
    }

    @Test func theNodeItselfIsFound() throws {
        var bench = try ForeignBench()
        let foreign = bench.dial()
        let answer = try #require(
            try bench.ask(LibP2PKademliaMessage(.findNode, key: bench.peer.id.encoded), from: foreign))
        #expect(answer.closerPeers.map(\.id) == [LibP2PPeerID(bench.peer.id)])
        #expect(answer.closerPeers.first?.addresses.map(\.text) == ["/ip4/10.0.0.1/tcp/5002"])
    }

    @Test func whoSpeaksTheDHTAndNoLinkProtocolIsRecognised() throws {
        var bench = try ForeignBench()
        let (server, member) = (bench.dial(protocols: [Self.kademlia]), bench.dial())
        #expect(bench.peer.libp2pNeighbourCount == 1)
        let both = bench.dial(protocols: [Self.kademlia, LinkSession.controlProtocol])
        #expect(bench.peer.libp2pNeighbourCount == 1)
        // The one is told where the other listens.
        let key = bench.foreign[server].peer.encoded
        let answer = try #require(try bench.ask(LibP2PKademliaMessage(.findNode, key: key), from: member))
        #expect(answer.closerPeers.map(\.id.encoded) == [key])
        #expect(answer.closerPeers.first?.addresses.map(\.text) == ["/ip4/10.0.1.1/tcp/4001"])
        bench.run(for: .seconds(15))
        #expect(bench.foreign[both].closing != nil && bench.foreign[server].closing == nil)
    }

    @Test func oneAnnouncesAndAnotherFinds() throws {
        var bench = try ForeignBench()
        let (one, other) = (bench.dial(), bench.dial())
        let heard = try bench.ask(try announcement(of: bench.foreign[one].peer), from: one)
        #expect(heard == nil)
        let answer = try #require(try bench.ask(LibP2PKademliaMessage(.getProviders, key: Self.content), from: other))
        #expect(answer.providerPeers.map(\.id) == [LibP2PPeerID(bench.foreign[one].peer)])
    }

    @Test func manyRequestsOnOneStreamAreAnsweredInOrder() throws {
        var bench = try ForeignBench()
        let foreign = bench.dial()
        let stream = bench.open(Self.kademlia, from: foreign)
        for number in UInt8(1)...50 {
            bench.write(LibP2PKademliaMessage(.findNode, key: [number]), to: stream, from: foreign)
        }
        var frames = LibP2PKademliaFrames(answersWithin: LibP2PKademliaSettings())
        frames.append(bench.foreign[foreign].received[stream] ?? Bytes())
        for number in UInt8(1)...50 { #expect(try frames.next()?.key == [number]) }
    }

    // MARK: Nothing else

    @Test func noCircuitIsOpenedForThem() throws {
        var bench = try ForeignBench()
        let foreign = bench.dial(protocols: [Self.kademlia])
        let stream = bench.open(LinkSession.circuitProtocol, from: foreign)
        #expect(bench.foreign[foreign].events.contains(.streamReset(stream)))
        #expect(bench.peer.counters.libp2pDropped[.otherProtocol] == 1)
        #expect(bench.foreign[foreign].closing == nil)
    }

    @Test func whatTheySayOnALinksControlStreamIsNotHeard() throws {
        var bench = try ForeignBench()
        let foreign = bench.dial(protocols: [Self.kademlia])
        let control = bench.open(LinkSession.controlProtocol, from: foreign)
        let authority = try MeshAuthority()
        let hello = Hello(meshID: authority.meshID, token: try authority.token(for: bench.foreign[foreign].peer))
        let frame = LinkFrames.frame(LinkMessage.hello(hello).encode())
        bench.write(frame, to: control, from: foreign)
        #expect(bench.peer.counters.libp2pDropped[.otherProtocol] == 1)
        #expect(bench.peer.linkCount == 0 && bench.peer.counters.admitted == 0)
    }

    @Test func gossipAndRoutingDoNotReachThem() throws {
        var bench = try ForeignBench()
        let foreign = bench.dial(protocols: [Self.kademlia])
        bench.enter { peer, now, outbox in
            let offer = ServiceName("inference:demo").flatMap { try? ServiceOffer(name: $0) }
            peer.publish([offer].compactMap { $0 }, at: now, into: &outbox)
        }
        bench.run(for: .minutes(2))
        #expect(bench.peer.mesh.catalog.liveCount == 1)
        #expect(bench.foreign[foreign].received.isEmpty && bench.foreign[foreign].closing == nil)
    }

    // MARK: Limits

    @Test func aNodeTakesSoManyOfThem() throws {
        var bench = try ForeignBench { $0.libp2p.neighbours = 2 }
        let all = (0..<3).map { _ in bench.dial(protocols: [Self.kademlia]) }
        #expect(bench.peer.libp2pNeighbourCount == 2)
        let stream = bench.open(Self.kademlia, from: all[2])
        #expect(bench.foreign[all[2]].events.contains(.streamReset(stream)))
        #expect((bench.peer.counters.libp2pDropped[.tooManyNeighbours] ?? 0) > 0)
        bench.run(for: .seconds(15))
        #expect(all.map { bench.foreign[$0].closing == nil } == [true, true, false])
    }

    @Test func theyTakeNoPlacesOfStrangersAndLinks() throws {
        var bench = try ForeignBench {
            $0.mostStrangers = 1
            $0.mostLinks = 1
        }
        for _ in 0..<5 { _ = bench.dial(protocols: [Self.kademlia]) }
        #expect(bench.peer.libp2pNeighbourCount == 5 && bench.peer.counters.dropped.isEmpty)
    }

    @Test func whoAsksNothingForLongIsLetGo() throws {
        var bench = try ForeignBench()
        let (idle, busy) = (bench.dial(protocols: [Self.kademlia]), bench.dial(protocols: [Self.kademlia]))
        bench.run(for: .minutes(3))
        _ = try bench.ask(LibP2PKademliaMessage(.ping, key: []), from: busy)
        bench.run(for: .minutes(3))
        #expect(bench.foreign[idle].closing == .wentAway(code: 0) && bench.foreign[busy].closing == nil)
        #expect(bench.peer.libp2pNeighbourCount == 1)
        bench.run(for: .minutes(3))
        #expect(bench.peer.libp2pNeighbourCount == 0)
    }

    @Test func whoLeavesIsForgotten() throws {
        var bench = try ForeignBench()
        let foreign = bench.dial(protocols: [Self.kademlia])
        _ = bench.open(Self.kademlia, from: foreign)
        bench.hangUp(foreign)
        #expect(bench.peer.libp2pNeighbourCount == 0)
        #expect(bench.peer.counters.linksOpened == bench.peer.counters.linksClosed)
    }

    @Test func aNodeThatLeavesLetsThemGo() throws {
        var bench = try ForeignBench()
        let foreign = bench.dial(protocols: [Self.kademlia])
        bench.enter { peer, now, outbox in
            peer.leave(at: now, into: &outbox)
            peer.sayGoodbye(into: &outbox)
        }
        bench.run(for: .seconds(3))
        #expect(bench.foreign[foreign].closing == .wentAway(code: 0) && bench.peer.libp2pNeighbourCount == 0)
    }

    @Test func aRequestThatIsNoneCostsItsStreamOnly() throws {
        var bench = try ForeignBench()
        let foreign = bench.dial()
        let stream = bench.open(Self.kademlia, from: foreign)
        let record = LibP2PKademliaMessage.Record(key: [1], value: [1])
        bench.write(LibP2PKademliaMessage(.putValue, key: [1], record: record), to: stream, from: foreign)
        #expect(bench.foreign[foreign].events.contains(.streamReset(stream)))
        #expect(try bench.ask(LibP2PKademliaMessage(.ping, key: []), from: foreign)?.kind == .ping)
        #expect(bench.peer.counters.libp2pDropped == [.valueRefused: 1])
    }
}
