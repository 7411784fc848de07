import Gossip
import Hummingbird
import Overlay

/// `GET /v1/models` and `GET /v1/models/{id}`, answered from the catalog without asking anybody.
struct ModelListing: Sendable {
    private struct Model: Encodable {
        var id: String
        var object = "model"
        /// Seconds since 1970.
        var created: UInt64
        var ownedBy: String
    }

    private struct List: Encodable {
        var object = "list"
        var data: [Model]
    }

    let mesh: any MeshAccess

    func list() async throws -> Response {
        try .json(List(data: await models()))
    }

    /// - Throws: ``OpenAIError``
    func show(_ id: String) async throws -> Response {
        guard let model = await models().first(where: { $0.id == id }) else { throw OpenAIError.modelNotFound(id) }
        return try .json(model)
    }

    /// Each once, in order of the ids. A model of this node's is `local`; of several hosts the first in order owns it.
    private func models() async -> [Model] {
        var found: [String: Model] = [:]
        let services = await mesh.services().filter { $0.name.type == .inference }
            .sorted { $0.isLocal == $1.isLocal ? $0.host < $1.host : $0.isLocal }
        for service in services {
            let created = service.announcedAt.seconds
            for id in service.models {
                let owner = found[id]?.ownedBy ?? (service.isLocal ? "local" : service.host.text)
                found[id] = Model(id: id, created: min(created, found[id]?.created ?? created), ownedBy: owner)
            }
        }
        return found.values.sorted { $0.id < $1.id }
    }
}
