import HTTPTypes
import Hummingbird
import HummingbirdCore
import Inference
import Logging
import NIOCore

/// Answers the requests of one listener: through the gate, to the part of the API that the path names.
struct APIResponder: Sendable {
    /// Closes the connection after an answer that says so.
    struct ConnectionEnds: Error {}

    let mesh: any MeshAccess
    let gate: Gate
    let facade: Facade
    let metrics: FacadeMetrics
    let registry: PrometheusRegistry
    let settings: LocalAPISettings
    let logger: Logger

    func respond(
        to request: Request, writer: consuming ResponseWriter, base: String, eventLoop: any EventLoop
    ) async throws {
        let local: LocalRequest
        let route: APIRoute
        do {
            (local, route) = try admit(request, eventLoop: eventLoop)
        } catch {
            let id = RequestID.choose(request.headers.first("x-request-id"))
            return try await write(error.response(id: id), to: writer, of: request)
        }
        if request.headers[.expect]?.lowercased() == "100-continue" {
            try await writer.writeInformationalHead(HTTPResponse(status: .continue))
        }
        let isForwarded = route == .facade || route == .egress
        if isForwarded { metrics.changeInFlight(by: 1) }
        defer { if isForwarded { metrics.changeInFlight(by: -1) } }
        if route == .egress {
            return try await Egress(mesh: mesh, metrics: metrics).serve(local, writer: writer)
        }
        var response = await respond(to: local, route: route, base: base)
        response.headers.replace("x-request-id", with: local.id.text)
        try await write(response, to: writer, of: request)
    }

    private func admit(
        _ request: Request, eventLoop: any EventLoop
    ) throws(OpenAIError) -> (LocalRequest, APIRoute) {
        let method = request.method.rawValue
        guard let target = RequestTarget(request.head.path ?? "") else {
            throw .invalidRequest("the request's target must be a path")
        }
        let route = APIRoute(target, method: method)
        let fields = request.headers.map { HeaderField(name: $0.name.rawName, value: $0.value) }
        let admitted = try gate.admit(fields, under: route.rule)
        if route == .unknown { throw .notFound("there is no \(method) \(target.path) here") }
        if route.isReadOnly, method != "GET", method != "HEAD" { throw .methodNotAllowed(method, allowed: "GET") }
        let local = LocalRequest(
            id: RequestID.choose(fields.first("x-request-id")), method: method, target: target, fields: admitted,
            body: request.body, start: .now(), eventLoop: eventLoop)
        return (local, route)
    }

    private func respond(to request: LocalRequest, route: APIRoute, base: String) async -> Response {
        do {
            switch route {
            case .health: return HealthReports(mesh: mesh, registry: registry).health()
            case .readiness: return await HealthReports(mesh: mesh, registry: registry).readiness()
            case .metrics: return await HealthReports(mesh: mesh, registry: registry).metrics()
            case .models: return try await ModelListing(mesh: mesh).list()
            case .model(let id): return try await ModelListing(mesh: mesh).show(id)
            case .facade: return try await facade.respond(to: request)
            case .discovery: return try await Discovery(mesh: mesh, settings: settings).respond(to: request, base: base)
            case .nodeReport: return try await NodeReports(mesh: mesh, settings: settings).respond(to: request)
            case .revocations: return try await RevocationAccess(mesh: mesh).respond(to: request)
            case .egress, .unknown: throw OpenAIError.notFound("there is no \(request.target.path) here")
            }
        } catch let error as OpenAIError {
            return error.response(id: request.id)
        } catch {
            logger.debug("a request ended early", metadata: ["id": "\(request.id)", "error": "\(error)"])
            return OpenAIError.unavailable("the request ended early: \(error)").response(id: request.id)
        }
    }

    private func write(_ response: Response, to writer: consuming ResponseWriter, of request: Request) async throws {
        var response = response
        if request.method == .head { response = response.createHeadResponse() }
        let isRefusedUpload = response.status == .contentTooLarge
        if isRefusedUpload { response.headers[.connection] = "close" }
        try await writer.write(response: response.head, body: response.body)
        guard isRefusedUpload else { return }
        await discardUpload(of: request)
        throw ConnectionEnds()
    }

    /// Reads on for a while, so that a client which sends its whole body first gets to see the answer.
    private func discardUpload(of request: Request) async {
        var rest = settings.refusedUploadCapacity
        do {
            for try await chunk in request.body {
                rest -= chunk.readableBytes
                if rest <= 0 { return }
            }
        } catch {
            logger.debug("a refused upload ended early", metadata: ["error": "\(error)"])
        }
    }
}

extension HTTPFields {
    fileprivate func first(_ name: String) -> String? {
        HTTPField.Name(name).flatMap { self[$0] }
    }
}
