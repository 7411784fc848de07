import Overlay

@testable import Inference

/// Three nodes in a row: the caller and the host are linked to the relay only.
struct Chain {
    let network: Network
    let caller: Int
    let relay: Int
    let host: Int

    init(
        _ options: Network.Options = Network.Options(), callerToken: TokenKind = .good, hostToken: TokenKind = .good
    ) throws {
        network = try Network(options)
        caller = try network.add(token: callerToken)
        relay = try network.add(listens: true)
        host = try network.add(token: hostToken)
        guard network.link(caller, relay), network.link(host, relay) else { throw Failure.noLinks }
        network.publish([try Network.offer()], at: host)
        guard network.run(atMost: .seconds(5), until: { [caller, host, network] in network.lists(host, at: caller) })
        else { throw Failure.notListed }
    }

    enum Failure: Error {
        case noLinks
        case notListed
    }

    var a: Driven { network.nodes[caller] }
    var b: Driven { network.nodes[relay] }
    var c: Driven { network.nodes[host] }

    func ask(body: Bytes = Bytes()) -> Driven.Agent? { network.ask(host, from: caller, body: body) }
}
