import Foundation
import Gossip
import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /sam/service/discover`: the hosts of a type of service, or of one service.
struct Discovery: Sendable {
    private struct Provider: Encodable, Equatable {
        var peerId: String
        var localProxyUrl: String
        var srvName: String
        var srvDescription: String
    }

    private static let units: [(name: String, seconds: Double)] = [
        ("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3_600),
    ]
    /// What is longer means for ever: ten years, in seconds.
    private static let longest = 3.2e8

    let mesh: any MeshAccess
    let settings: LocalAPISettings

    /// - Parameter base: `http://host:port` under which clients reach this node.
    /// - Throws: ``OpenAIError``
    func respond(to request: LocalRequest, base: String) async throws -> Response {
        let target = request.target
        guard let typeText = target.parameter("type") else {
            throw OpenAIError.invalidRequest("type query parameter is required")
        }
        guard let type = ServiceType(text: typeText) else {
            throw OpenAIError.invalidRequest("Invalid or unspecified service type")
        }
        if let timeout = target.parameter("timeout"), Self.duration(timeout) == nil {
            throw OpenAIError.invalidRequest("Invalid timeout parameter: \"\(timeout)\" is not like 5s or 500ms")
        }
        let limit = try number("limit", in: target) ?? settings.discoveryLimit
        let offset = try number("offset", in: target) ?? 0
        let name = target.parameter("name").flatMap { $0.isEmpty ? nil : $0 }
        let (mesh, most) = (mesh, min(limit, settings.discoveryLimitCapacity))
        let find = { @Sendable in
            await mesh.services()
                .filter { $0.name.type == type && (name == nil || $0.name.name == name) }
                .sorted { ($0.name, $0.host) < ($1.name, $1.host) }
                .dropFirst(offset).prefix(most)
                .map { Self.provider($0, base: base) }
        }
        guard request.wantsEvents else { return try .json(await find()) }
        return ListWatch(
            snapshot: find, key: { "\($0.peerId)/\($0.srvName)" }, isSame: { $0 == $1 }, initialEvent: nil,
            changes: await mesh.catalogChanges(), limit: target.parameter("timeout").flatMap(Self.duration),
            settings: settings
        ).response()
    }

    private static func provider(_ service: AnnouncedService, base: String) -> Provider {
        let path = "/sam/\(service.host.text)/\(service.name.type.text)/\(service.name.name)"
        return Provider(
            peerId: service.host.text, localProxyUrl: base + path, srvName: service.name.name,
            srvDescription: service.summary)
    }

    private func number(_ name: String, in target: RequestTarget) throws(OpenAIError) -> Int? {
        guard let text = target.parameter(name) else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw .invalidRequest("Invalid \(name) parameter: \"\(text)\" is not a whole number")
        }
        return number
    }

    /// Go's notation of durations, with one unit; nil for anything else. A stream of events ends after it.
    private static func duration(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        for (unit, seconds) in units where text.hasSuffix(unit) {
            guard let number = Double(text.dropLast(unit.count)), number.isFinite, number >= 0 else { continue }
            return .seconds(min(number * seconds, longest))
        }
        return nil
    }
}

extension LocalRequest {
    /// Whether the client asks for server-sent events.
    var wantsEvents: Bool {
        target.parameter("stream") == "true"
            || fields.first("accept")?.lowercased().contains("text/event-stream") == true
    }
}
