import Gossip
import Overlay

@testable import Inference

/// Bodies that show when a byte is lost, repeated or moved.
enum Bulk {
    private static let block = (0..<1_020).map { UInt8(truncatingIfNeeded: $0 * 7) }

    /// Blocks of 1 KiB, each with its number.
    static func bytes(_ count: Int) -> Bytes {
        var bytes = Bytes()
        bytes.reserveCapacity(count + 1_024)
        for index in 0..<((count + 1_023) / 1_024) {
            bytes.writeInteger(UInt32(truncatingIfNeeded: index))
            bytes.writeBytes(block)
        }
        return bytes.getSlice(at: 0, length: count) ?? bytes
    }
}

extension Network {
    static let model = "demo-model"
    static let service = "inference:demo"

    static func offer(_ service: String = Network.service, models: [String] = [model]) throws -> ServiceOffer {
        guard let name = ServiceName(service) else { throw ServicePath.Refusal.path }
        return try ServiceOffer(name: name, models: models)
    }

    /// A node announces these services.
    func publish(_ offers: [ServiceOffer], at node: Int) {
        enter(node) { peer, now, outbox in peer.publish(offers, at: now, into: &outbox) }
    }

    /// An agent of a node asks a host.
    @discardableResult
    func call(
        _ host: Int, from node: Int, path: String = "/inference/demo/v1/chat/completions", body: Bytes = Bytes(),
        fields: [HeaderField] = []
    ) -> ExchangeID {
        call(nodes[host].id, from: node, path: path, body: body, fields: fields)
    }

    func call(
        _ host: PeerID, from node: Int, path: String = "/inference/demo/v1/chat/completions", body: Bytes = Bytes(),
        fields: [HeaderField] = []
    ) -> ExchangeID {
        let head = RequestHead(method: "POST", path: path, fields: fields)
        var outbox = PeerOutbox()
        let id = nodes[node].peer.call(host, head, at: moment(of: node), into: &outbox)
        nodes[node].agents[id] = Driven.Agent(startedAt: now, upload: body)
        enter(node) { _, _, pending in pending = outbox }
        return id
    }

    func cancel(_ id: ExchangeID, at node: Int) {
        enter(node) { peer, _, outbox in peer.cancel(id, into: &outbox) }
    }

    /// Asks, lets time pass until there is an answer or a failure, and gives what the agent has then.
    func ask(
        _ host: Int, from node: Int, path: String = "/inference/demo/v1/chat/completions", body: Bytes = Bytes(),
        atMost limit: TimeSpan = .seconds(60)
    ) -> Driven.Agent? {
        let id = call(host, from: node, path: path, body: body)
        _ = run(atMost: limit) { nodes[node].agents[id]?.hasEnded == true }
        return nodes[node].agents[id]
    }

    /// The hosts that a node lists for a model.
    func hosts(of model: String = Network.model, at node: Int) -> [PeerID] {
        nodes[node].peer.candidates(model: model, at: now).map(\.host)
    }

    func lists(_ host: Int, at node: Int) -> Bool { hosts(at: node).contains(nodes[host].id) }
}
