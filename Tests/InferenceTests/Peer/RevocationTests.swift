import Biscuit
import Gossip
import Overlay
import Testing

@testable import Inference

/// What a revocation does to requests, circuits, links and tables.
struct RevocationTests {
    /// What the mesh's authority states, in the order of its numbers.
    private final class Ledger {
        private let authority: MeshAuthority
        private var number: UInt64 = 0

        init(_ network: Network) { authority = network.authority }

        func revoke(_ subject: Revocation.Subject) throws -> [UInt8] {
            number += 1
            let contents = Revocation.Contents(
                subject, mesh: authority.meshID, root: try #require(authority.root.publicKey.meshKey), number: number,
                floor: 1, issuedAt: MeshAuthority.start, end: MeshAuthority.start + .hours(24))
            return contents.signed(try authority.root.sign(contents.message)).bytes
        }

        /// Of the token that a node shows, by the block with this index.
        func revokeToken(of node: Driven, block: Int = 0) throws -> [UInt8] {
            try revoke(.block(try Token.parse(node.token).revocationIDs[block]))
        }
    }

    private func add(_ statements: [UInt8]..., to node: Int, of network: Network) {
        network.enter(node) { peer, now, outbox in _ = peer.add(revocations: statements, at: now, into: &outbox) }
    }

    /// A request whose answer has begun and goes on.
    private func midAnswer(_ chain: Chain) -> ExchangeID {
        chain.network.nodes[chain.host].script = .manual
        let id = chain.network.call(chain.host, from: chain.caller, body: Bytes(string: "question"))
        #expect(chain.network.run { chain.c.served.count == 1 })
        chain.network.answer(chain.c.served[0], at: chain.host, "part", isLast: false)
        #expect(chain.network.run { chain.a.agents[id]?.text == "part" })
        return id
    }

    // MARK: Requests

    @Test(arguments: [true, false]) func theNextRequestIsRefusedInWords(isPeer: Bool) throws {
        let chain = try Chain()
        #expect(chain.ask()?.text == "hello")
        let ledger = Ledger(chain.network)
        let statement = isPeer ? try ledger.revoke(.peer(chain.a.id)) : try ledger.revokeToken(of: chain.a)
        // The host alone knows: the relay has still to hear of it.
        chain.network.silence(wire: try #require(chain.network.wire(between: chain.host, and: chain.relay)))
        add(statement, to: chain.host, of: chain.network)
        let direct = try Direct(chain.network, caller: chain.caller, host: chain.host)
        #expect(direct.refusal.contains("revoked"))
        #expect(chain.network.nodes[chain.host].dropped(.revoked) == 1)
        #expect(chain.network.nodes[chain.host].dropped(.tokenRefused) == 0)
    }

    /// The refusal that a new link to the host gets.
    private struct Direct {
        let refusal: String

        init(_ network: Network, caller: Int, host: Int) throws {
            network.connect(caller, to: host)
            network.run(for: .seconds(2))
            #expect(!network.areLinked(caller, host))
            refusal = network.nodes[caller].notices.last { $0.text.contains("refuses this node") }?.text ?? ""
        }
    }

    @Test func aCallerBehindARelayThatDoesNotKnowIsRefusedByTheHost() throws {
        let chain = try Chain()
        let statement = try Ledger(chain.network).revokeToken(of: chain.a)
        // A relay that trusts nobody's revocations passes on what it gets.
        chain.network.enter(chain.host) { peer, now, _ in
            _ = peer.mesh.revocations.accept([statement], at: now.wall)
            peer.admission.revocations.blocks = peer.mesh.revocations.blocks
        }
        let agent = chain.ask()
        guard case .refused(401, "token_revoked", let message) = agent?.failure else {
            return #expect(Bool(false), "\(String(describing: agent?.failure))")
        }
        #expect(message.contains("the token was revoked by whoever runs the mesh"))
        #expect(chain.c.served.isEmpty)
    }

    @Test func aTokenMadeFromARevokedOneIsRevoked() throws {
        let network = try Network()
        let narrowed = { (token: [UInt8]) throws -> [UInt8] in
            var attenuation = TokenAttenuation()
            attenuation.services = [try ServicePattern(parsing: "inference:*")]
            let next = try KeyPair(seed: [UInt8](repeating: 21, count: 32))
            return try Token.parse(token).append(attenuation.blockBuilder, nextKey: next).bytes
        }
        let whole = try network.add()
        let narrow = try network.add { $0.token = (try? narrowed($0.token)) ?? [] }
        let host = try network.add()
        #expect(network.link(whole, host) && network.link(narrow, host))
        let ledger = Ledger(network)
        // The appended block: only what has it is revoked.
        let ids = try Token.parse(network.nodes[narrow].peer.token).revocationIDs
        #expect(ids.count == 2)
        add(try ledger.revoke(.block(ids[1])), to: host, of: network)
        network.run(for: .seconds(1))
        #expect(!network.areLinked(narrow, host) && network.areLinked(whole, host))
        // The block of the issued token revokes both forms of it.
        add(try ledger.revokeToken(of: network.nodes[whole]), to: host, of: network)
        network.run(for: .seconds(1))
        #expect(!network.areLinked(whole, host))
        #expect(network.nodes[host].peer.counters.linksRevoked == 2)
    }

    // MARK: What is open

    @Test(arguments: [true, false]) func openCircuitsOfTheRevokedAreCut(isPeer: Bool) throws {
        let chain = try Chain()
        let id = midAnswer(chain)
        let (serving, ledger) = (chain.c.served[0], Ledger(chain.network))
        let statement = isPeer ? try ledger.revoke(.peer(chain.a.id)) : try ledger.revokeToken(of: chain.a)
        add(statement, to: chain.host, of: chain.network)
        #expect(chain.network.run(atMost: .seconds(1)) { chain.a.agents[id]?.hasEnded == true })
        #expect(chain.c.backends[serving]?.isCancelled == true)
        #expect(chain.a.agents[id]?.isComplete == false)
        switch chain.a.agents[id]?.failure {
        // What the host says, or the relay's reset, whichever is first.
        case .failed("token_revoked", let message): #expect(message.contains("revoked by whoever runs the mesh"))
        case .disconnected: break
        case let other: #expect(Bool(false), "\(String(describing: other))")
        }
        chain.network.run(for: .seconds(1))
        #expect(chain.c.peer.requestsInFlight == (served: 0, made: 0))
        // The relay has heard of it and let the caller go, which knows why.
        #expect(!chain.network.areLinked(chain.caller, chain.relay))
        #expect(chain.a.hasNotice("was revoked by whoever runs the mesh"))
        #expect(chain.b.peer.counters.linksRevoked == 1)
        // Its neighbour has told it, too, so that its agents hear why nothing goes any more.
        let refusal: AdmissionRefusal = isPeer ? .peerRevoked : .revoked
        #expect(chain.a.peer.ownRevocation == refusal)
        #expect(chain.ask()?.failure == .refused(status: 401, code: "token_revoked", message: "\(refusal)"))
    }

    @Test func aRequestWithoutAnAnswerYetIsRefused() throws {
        let chain = try Chain()
        chain.network.nodes[chain.host].script = .manual
        let id = chain.network.call(chain.host, from: chain.caller, body: Bytes(string: "question"))
        #expect(chain.network.run { chain.c.served.count == 1 })
        let statement = try Ledger(chain.network).revokeToken(of: chain.a)
        let relay = chain.b.id
        chain.network.enter(chain.host) { peer, now, outbox in
            // Without telling the relay, so that what comes is the host's word.
            peer.mesh.linkDown(relay, at: now)
            _ = peer.add(revocations: [statement], at: now, into: &outbox)
        }
        #expect(chain.network.run(atMost: .seconds(1)) { chain.a.agents[id]?.hasEnded == true })
        guard case .refused(401, "token_revoked", _) = chain.a.agents[id]?.failure else {
            return #expect(Bool(false), "\(String(describing: chain.a.agents[id]?.failure))")
        }
        #expect(chain.c.backends[chain.c.served[0]]?.isCancelled == true)
    }

    @Test func theRelayCutsWhatARevokedCallerOpened() throws {
        let chain = try Chain()
        let id = midAnswer(chain)
        add(try Ledger(chain.network).revoke(.peer(chain.a.id)), to: chain.relay, of: chain.network)
        #expect(chain.network.run(atMost: .seconds(1)) { chain.a.agents[id]?.hasEnded == true })
        #expect(chain.b.peer.counters.circuitsRevoked == 1)
        #expect(chain.network.run(atMost: .seconds(1)) { chain.c.hasCancelledAll })
        #expect(chain.network.run(atMost: .seconds(1)) { !chain.network.areLinked(chain.caller, chain.relay) })
    }

    @Test func aRevokedHostGetsNoFurtherByte() throws {
        let chain = try Chain()
        let id = midAnswer(chain)
        add(try Ledger(chain.network).revoke(.peer(chain.c.id)), to: chain.caller, of: chain.network)
        #expect(chain.network.run(atMost: .milliseconds(1)) { chain.a.agents[id]?.hasEnded == true })
        #expect(chain.a.agents[id]?.failure == .disconnected("the host was revoked"))
        #expect(!chain.network.lists(chain.host, at: chain.caller))
        #expect(chain.network.run(atMost: .seconds(1)) { !chain.network.lists(chain.host, at: chain.relay) })
        let again = chain.ask()
        guard case .unreachable = again?.failure else {
            return #expect(Bool(false), "\(String(describing: again?.failure))")
        }
    }

    // MARK: Tables

    @Test func contactsOfTheRevokedAreForgottenAndNotTakenAgain() throws {
        let network = try Network(Network.Options(usesDatagrams: true))
        let first = try network.add(listens: true)
        let others = try (0..<3).map { _ in try network.add(listens: true, bootstraps: [first]) }
        network.run(for: .seconds(10))
        let gone = network.nodes[others[2]]
        #expect(network.nodes[first].peer.kademlia.contact(of: gone.id) != nil)
        let record = gone.peer.kademlia.own.bytes
        add(try Ledger(network).revoke(.peer(gone.id)), to: first, of: network)
        network.run(for: .seconds(3))
        for node in [first, others[0], others[1]] {
            let peer = network.nodes[node].peer
            #expect(!peer.kademlia.closest(to: NodeKey(gone.id), count: 20).map(\.peer).contains(gone.id), "\(node)")
            #expect(peer.usableLink(to: gone.id) == nil)
            #expect(peer.members[gone.id] == nil)
        }
        let dials = network.nodes[first].dialed.count
        network.enter(first) { peer, now, outbox in peer.learn([record], at: now, into: &outbox) }
        network.run(for: .seconds(60))
        #expect(network.nodes[first].peer.kademlia.contact(of: gone.id) == nil)
        #expect(!network.nodes[first].dialed.dropFirst(dials).contains { $0.peer == gone.id })
        #expect(!network.areLinked(first, others[2]))
    }

    // MARK: Being away

    @Test func aNodeThatWasAwayLearnsBeforeItServes() throws {
        let network = try Network(Network.Options(latency: .milliseconds(50)))
        let (caller, host, third) = (try network.add(), try network.add(), try network.add())
        #expect(network.link(caller, third) && network.link(host, third))
        network.publish([try Network.offer()], at: host)
        #expect(network.run { network.lists(host, at: caller) })
        network.kill(host)
        network.run(for: .seconds(2))
        let statement = try Ledger(network).revokeToken(of: network.nodes[caller])
        // The caller's own node spreads nothing against itself: the third knows, and the host will hear it from there.
        add(statement, to: third, of: network)
        network.run(for: .seconds(1))
        try network.restart(host)
        network.publish([try Network.offer()], at: host)
        #expect(network.nodes[host].peer.revocations.statementCount == 0)
        network.connect(third, to: host)
        #expect(network.run(atMost: .seconds(5)) { network.areLinked(host, third) })
        // The link stands, and what the third has said is on its way.
        let third0 = network.nodes[third].id
        #expect(network.run(atMost: .seconds(2)) { network.nodes[host].peer.mesh.hasRevocations(of: third0) })
        #expect(network.nodes[host].peer.revocations.statementCount == 1)
        network.connect(caller, to: host)
        network.run(for: .seconds(2))
        #expect(!network.areLinked(caller, host) && network.nodes[host].served.isEmpty)
        // It does not forget over a restart, and judges by it before it has any link.
        #expect(network.nodes[host].disk == [statement])
        network.kill(host)
        try network.restart(host)
        #expect(network.nodes[host].peer.revocations.statementCount == 1)
        network.connect(caller, to: host)
        network.run(for: .seconds(2))
        #expect(!network.areLinked(caller, host))
    }

    /// A neighbour says that it has a revocation and does not bring it: nothing is served or relayed for it, until it does.
    @Test func nothingIsServedOrRelayedForANeighbourWhoseRevocationsAreMissing() throws {
        let chain = try Chain()
        let ledger = Ledger(chain.network)
        let statement = try ledger.revoke(.peer(AuthorizationFixture.peer(99)))
        let root = try #require(chain.network.authority.root.publicKey.meshKey)
        let claim = RevocationTally(root: root, floor: 1, through: 1, hash: .zero)
        for (node, neighbour) in [(chain.relay, chain.caller), (chain.host, chain.relay)] {
            let link = try #require(chain.network.link(of: neighbour, with: node))
            chain.network.say(.gossip(.tally(isQuestion: false, [claim])), from: neighbour, on: link)
            chain.network.run(for: .milliseconds(100))
            let refused = chain.ask()
            #expect(refused?.failure == .overloaded(retryAfter: .seconds(1)), "\(String(describing: refused?.failure))")
            #expect(chain.network.nodes[node].peer.counters.circuitsLearning >= 1)
            #expect(chain.c.served.isEmpty)
            chain.network.say(.gossip(.tally(isQuestion: false, [])), from: neighbour, on: link)
            chain.network.run(for: .milliseconds(100))
        }
        #expect(chain.ask()?.text == "hello")
        add(statement, to: chain.caller, of: chain.network)
        chain.network.run(for: .seconds(1))
        #expect(chain.ask()?.text == "hello")
        #expect(chain.network.nodes.allSatisfy { $0.peer.revocations.statementCount == 1 })
    }

    // MARK: What is no revocation

    @Test func forgedForeignAndOlderStatementsChangeNothing() throws {
        let chain = try Chain()
        let (ledger, other) = (Ledger(chain.network), try MeshAuthority(seed: 5))
        let good = try ledger.revoke(.peer(AuthorizationFixture.peer(50)))
        var contents = try Revocation(decoding: good).contents
        contents.subject = .peer(chain.a.id)
        let forged = contents.signed(try other.root.sign(contents.message)).bytes
        contents.root = try #require(other.root.publicKey.meshKey)
        let foreignRoot = contents.signed(try other.root.sign(contents.message)).bytes
        contents.mesh = other.meshID
        let foreign = contents.signed(try other.root.sign(contents.message)).bytes
        let outcomes = chain.network.enter(chain.host) { peer, now, outbox in
            peer.add(revocations: [forged, foreignRoot, foreign], at: now, into: &outbox)
        }
        #expect(outcomes == [.refused(.forged), .refused(.foreignRoot), .refused(.foreignMesh)])
        // A number that the root has declared over.
        let root = chain.network.authority.root
        var later = try Revocation(decoding: good).contents
        (later.number, later.floor) = (3, 3)
        var older = later
        (older.number, older.floor, older.subject) = (2, 1, .peer(chain.a.id))
        let statements = try [later, older].map { $0.signed(try root.sign($0.message)).bytes }
        let outcome = chain.network.enter(chain.host) { peer, now, outbox in
            peer.add(revocations: statements, at: now, into: &outbox)
        }
        #expect(outcome.last == .refused(.over))
        chain.network.run(for: .seconds(1))
        #expect(chain.ask()?.text == "hello")
    }

    @Test func aNodeKnowsThatItIsRevoked() throws {
        let network = try Network()
        let (one, other) = (try network.add(), try network.add())
        #expect(network.link(one, other))
        add(try Ledger(network).revokeToken(of: network.nodes[one]), to: one, of: network)
        network.run(for: .seconds(1))
        #expect(network.nodes[one].peer.ownRevocation == .revoked)
        #expect(network.nodes[one].hasNotice("the other nodes refuse this one from now on"))
        // It asks nobody any more, and says why.
        let id = network.call(other, from: one)
        guard case .refused(401, "token_revoked", let message) = network.nodes[one].agents[id]?.failure else {
            return #expect(Bool(false), "\(String(describing: network.nodes[one].agents[id]?.failure))")
        }
        #expect(message.contains("the token was revoked"))
        // It has told its neighbour, which has let it go.
        #expect(!network.areLinked(one, other))
        #expect(network.nodes[one].hasNotice("refuses this node: the token was revoked"))
    }
}
