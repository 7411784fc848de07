import Gossip
import Hummingbird
import Overlay

/// `GET /sam/node/...`: what the command line shows of the running node.
struct NodeReports: Sendable {
    /// Hosts that a search wants when its caller does not say.
    static let wantedHosts = 10
    /// Hosts that it may want. Higher: more registrars are asked for one search. Lower: agents see fewer hosts. 100.
    static let mostWantedHosts = 100

    let mesh: any MeshAccess
    let settings: LocalAPISettings

    /// - Throws: ``OpenAIError``
    func respond(to request: LocalRequest) async throws -> Response {
        switch request.target.segments.dropFirst(2).joined(separator: "/") {
        case "status": return try .json(await mesh.statusReport())
        case "peers": return try .json(await mesh.peerReports())
        case "joining": return try .json(await mesh.joiningReport())
        case "catalog": return request.wantsEvents ? await watch() : try .json(await mesh.catalogReports())
        case "route":
            guard let model = request.target.parameter("model"), !model.isEmpty else {
                throw OpenAIError.invalidRequest("model query parameter is required")
            }
            return try .json(await mesh.routeReport(model: model))
        case "find": return try .json(await find(request.target))
        default: throw OpenAIError.notFound("there is no \(request.target.path) here")
        }
    }

    /// The catalog, then its changes. A host that only says again what it has said is no change.
    private func watch() async -> Response {
        let mesh = mesh
        return ListWatch(
            snapshot: { await mesh.catalogReports() }, key: { $0.peer }, isSame: { $0.offersSame(as: $1) },
            initialEvent: "added", changes: await mesh.catalogChanges(), limit: nil, settings: settings
        ).response()
    }

    private func find(_ target: RequestTarget) async throws -> FindReport {
        let topic: Topic
        switch (target.parameter("service"), target.parameter("model")) {
        case (let text?, nil):
            guard let name = ServiceName(text) else {
                throw OpenAIError.invalidRequest("service must be TYPE:NAME, such as inference:openrouter")
            }
            topic = .service(name.description)
        case (nil, let model?) where !model.isEmpty: topic = .model(model)
        default: throw OpenAIError.invalidRequest("either service or model query parameter is required")
        }
        guard let count = target.parameter("count") else {
            return await mesh.findReport(of: topic, wanted: Self.wantedHosts)
        }
        guard let wanted = Int(count), (1...Self.mostWantedHosts).contains(wanted) else {
            throw OpenAIError.invalidRequest("count must be a number from 1 to \(Self.mostWantedHosts)")
        }
        return await mesh.findReport(of: topic, wanted: wanted)
    }
}
