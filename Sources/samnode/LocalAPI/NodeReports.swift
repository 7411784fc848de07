import Hummingbird

/// `GET /sam/node/...`: what the command line shows of the running node.
struct NodeReports: Sendable {
    let mesh: any MeshAccess

    /// - Throws: ``OpenAIError``
    func respond(to request: LocalRequest) async throws -> Response {
        switch request.target.segments.dropFirst(2).joined(separator: "/") {
        case "status": return try .json(await mesh.statusReport())
        case "peers": return try .json(await mesh.peerReports())
        case "joining": return try .json(await mesh.joiningReport())
        case "catalog": return try .json(await mesh.catalogReports())
        case "route":
            guard let model = request.target.parameter("model"), !model.isEmpty else {
                throw OpenAIError.invalidRequest("model query parameter is required")
            }
            return try .json(await mesh.routeReport(model: model))
        default: throw OpenAIError.notFound("there is no \(request.target.path) here")
        }
    }
}
