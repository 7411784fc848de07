import Gossip
import Overlay
import Testing

@testable import Inference

struct RequestTests {
    @Test(arguments: Cutting.allCases)
    func direct(cutting: Cutting) throws {
        let network = try Network(Network.Options(seed: 31, cutting: cutting))
        let (a, b) = (try network.add(), try network.add())
        #expect(network.link(a, b))
        network.publish([try Network.offer()], at: b)
        let id = network.call(
            b, from: a, path: "/inference/demo/v1/chat/completions?x=%2F", body: Bytes(string: "question"),
            fields: [HeaderField(name: "X-Test", value: "ü, \"quoted\"")])
        #expect(network.run { network.nodes[a].agents[id]?.hasEnded == true })
        let agent = try #require(network.nodes[a].agents[id])
        #expect(agent.isComplete && agent.text == "hello" && agent.head?.status == 200)
        #expect(agent.head?.fields.first("Content-Type") == "text/plain")
        #expect(agent.route == Route(hops: [network.nodes[b].id]) && agent.route?.text == "direct")
        let served = try #require(network.nodes[b].backends.values.first)
        #expect(String(decoding: served.body.array, as: UTF8.self) == "question" && served.isBodyComplete)
        #expect(served.head.fields == [HeaderField(name: "X-Test", value: "ü, \"quoted\"")])
        #expect(served.path.service.description == "inference:demo")
        #expect(served.path.rest == "/v1/chat/completions?x=%2F" && served.caller.peer == network.nodes[a].id)
        expectNothingLeft(network)
    }

    @Test(arguments: Cutting.allCases)
    func throughARelay(cutting: Cutting) throws {
        let chain = try Chain(Network.Options(seed: 32, cutting: cutting))
        let agent = try #require(chain.ask(body: Bytes(string: "question")))
        #expect(agent.isComplete && agent.text == "hello")
        #expect(agent.route == Route(hops: [chain.b.id, chain.c.id]) && agent.route?.text == "relay")
        let backend = try #require(chain.c.backends.values.first)
        #expect(backend.caller.peer == chain.a.id && String(decoding: backend.body.array, as: UTF8.self) == "question")
        #expect(chain.b.backends.isEmpty && chain.b.peer.counters.circuitsRelayed == 1)
        expectNothingLeft(chain.network)
    }

    @Test func local() throws {
        let network = try Network()
        let node = try network.add()
        network.publish([try Network.offer()], at: node)
        let agent = try #require(network.ask(node, from: node, body: Bytes(string: "question")))
        #expect(agent.isComplete && agent.text == "hello" && agent.route == .local && agent.route?.text == "local")
        #expect(network.nodes[node].backends.values.first?.caller.peer == network.nodes[node].id)
        let absent = try #require(network.ask(node, from: node, path: "/inference/absent/v1/models"))
        #expect(absent.failure?.status == 404)
        #expect(network.ask(node, from: node, path: "/nonsense")?.failure?.status == 400)
        expectNothingLeft(network)
    }

    @Test func withoutAGrantIs403() throws {
        let chain = try Chain(callerToken: .granting(["inference:else"]))
        let agent = try #require(chain.ask())
        #expect(agent.failure?.status == 403)
        #expect(chain.c.backends.isEmpty && chain.c.peer.counters.requestsRefused == 1)
        expectNothingLeft(chain.network)
    }

    @Test("a grant is judged before existence, and what is granted but absent is 404")
    func unknownService() throws {
        let chain = try Chain(callerToken: .granting(["inference:else"]))
        let path = "/inference/else/v1/models"
        let granted = try #require(chain.network.ask(chain.host, from: chain.caller, path: path))
        #expect(granted.failure == .refused(status: 404, code: "service_not_found", message: "Service not found"))
        let hidden = chain.network.ask(chain.host, from: chain.caller, path: "/inference/secret/v1/models")
        #expect(hidden?.failure?.status == 403)
        #expect(chain.network.ask(chain.host, from: chain.caller, path: "/nonsense/x")?.failure?.status == 400)
    }

    /// Relays that trust a second mesh carry its members, but a host that does not refuses them.
    private func withTolerantRelay(caller: TokenKind, host: TokenKind) throws -> (Network, Int, Int) {
        let network = try Network()
        let other = try MeshAuthority(seed: 77)
        let own = network.authority.root.publicKey
        let tolerant = try Admission(roots: [own, other.root.publicKey])
        let a = try network.add(token: caller)
        let b = try network.add { $0.admission = tolerant }
        let c = try network.add(token: host)
        #expect(network.link(a, b) && network.link(c, b))
        return (network, a, c)
    }

    @Test func withoutATokenOfTheMeshIs401() throws {
        let (network, caller, host) = try withTolerantRelay(caller: .foreignRoot, host: .good)
        network.publish([try Network.offer()], at: host)
        let agent = try #require(network.ask(host, from: caller))
        #expect(agent.failure?.status == 401)
        #expect(network.nodes[host].backends.isEmpty)
        expectNothingLeft(network)
    }

    @Test func theCallerAsksNobodyWhoIsNoMember() throws {
        let (network, caller, host) = try withTolerantRelay(caller: .good, host: .foreignRoot)
        network.publish([try Network.offer()], at: host)
        let agent = try #require(network.ask(host, from: caller))
        guard case .unreachable(let why) = agent.failure else {
            return #expect(Bool(false), "\(String(describing: agent.failure))")
        }
        #expect(why.contains("no member of the mesh") && why.contains("no trusted root key"))
        #expect(network.nodes[host].backends.isEmpty)
    }

    @Test func theBackendsFailureIsTold() throws {
        let chain = try Chain()
        chain.network.nodes[chain.host].script = .manual
        let id = chain.network.call(chain.host, from: chain.caller)
        #expect(chain.network.run { chain.c.served.count == 1 })
        let failure = ServingFailure(code: "backend_unavailable", message: "it is down", isRetryable: true)
        let serving = chain.c.served[0]
        chain.network.enter(chain.host) { peer, _, outbox in
            peer.answerFailed(serving, failure, into: &outbox)
        }
        #expect(chain.network.run { chain.a.agents[id]?.hasEnded == true })
        #expect(chain.a.agents[id]?.failure == .unreachable("it is down"))
        #expect(chain.a.agents[id]?.failure?.isRetryable == true)
    }

    @Test func aHeadThatFitsInNoRecordIsRefusedBeforeItIsSent() throws {
        let chain = try Chain()
        let long = [HeaderField(name: "x", value: String(repeating: "y", count: 65_500))]
        let many = (0..<200).map { HeaderField(name: "x-\($0)", value: "y") }
        for fields in [long + long, many] {
            let id = chain.network.call(chain.host, from: chain.caller, fields: fields)
            #expect(chain.network.run { chain.a.agents[id]?.hasEnded == true })
            #expect(chain.a.agents[id]?.failure?.status == 431, "\(fields.count) fields")
        }
        #expect(chain.c.backends.isEmpty)
        #expect(chain.ask()?.text == "hello")
    }

    @Test func nobodyToAskIsSaidInTime() throws {
        let network = try Network()
        let (a, b) = (try network.add(), try network.add())
        let started = network.now
        let agent = try #require(network.ask(b, from: a))
        guard case .unreachable(let why) = agent.failure else {
            return #expect(Bool(false), "\(String(describing: agent.failure))")
        }
        let limit = KademliaSettings().firstPeerLimit
        #expect(why.contains("this node has no peer to ask for its address"), "\(why)")
        #expect(network.now.since(started) < limit + .seconds(1))
    }

    @Test func manyAtOnceDoNotMix() throws {
        let chain = try Chain(Network.Options(seed: 33, cutting: .random))
        chain.network.nodes[chain.host].script = .echo
        let ids = (0..<24).map { number in
            chain.network.call(
                chain.host, from: chain.caller, body: Bytes(string: String(repeating: "\(number),", count: 3_000)))
        }
        #expect(chain.network.run { ids.allSatisfy { chain.a.agents[$0]?.hasEnded == true } })
        for (number, id) in ids.enumerated() {
            #expect(chain.a.agents[id]?.text == String(repeating: "\(number),", count: 3_000))
        }
        expectNothingLeft(chain.network)
    }
}

/// No node holds anything of a request that is over.
func expectNothingLeft(_ network: Network, sourceLocation: SourceLocation = #_sourceLocation) {
    network.run(for: .milliseconds(200))
    for node in network.nodes where node.isRunning {
        #expect(node.peer.callings.isEmpty, sourceLocation: sourceLocation)
        #expect(node.peer.servings.isEmpty, sourceLocation: sourceLocation)
        #expect(node.peer.relays.count == 0, sourceLocation: sourceLocation)
        #expect(node.peer.locals.count == 0, sourceLocation: sourceLocation)
        for link in node.peer.links.all {
            #expect(link.streams == 0 && link.relayed == 0, sourceLocation: sourceLocation)
            #expect(node.peer.circuits.streams(of: link.id).isEmpty, sourceLocation: sourceLocation)
            #expect(node.channels[link.id]?.session.streams.isEmpty ?? true, sourceLocation: sourceLocation)
        }
    }
}

extension ExchangeFailure {
    /// The status of a refusal.
    var status: Int? {
        if case .refused(let status, _, _) = self { status } else { nil }
    }
}
