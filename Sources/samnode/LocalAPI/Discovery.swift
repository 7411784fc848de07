import Foundation
import Gossip
import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /sam/service/discover`: the hosts of a type of service, or of one service.
struct Discovery: Sendable {
    private struct Provider: Encodable {
        var peerId: String
        var localProxyUrl: String
        var srvName: String
        var srvDescription: String
    }

    private static let units = ["ns", "us", "µs", "ms", "s", "m", "h"]

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
        if let timeout = target.parameter("timeout"), !Self.isDuration(timeout) {
            throw OpenAIError.invalidRequest("Invalid timeout parameter: \"\(timeout)\" is not like 5s or 500ms")
        }
        let limit = try number("limit", in: target) ?? settings.discoveryLimit
        let offset = try number("offset", in: target) ?? 0
        let name = target.parameter("name").flatMap { $0.isEmpty ? nil : $0 }
        let found = await mesh.services()
            .filter { $0.name.type == type && (name == nil || $0.name.name == name) }
            .sorted { ($0.name, $0.host) < ($1.name, $1.host) }
            .dropFirst(offset).prefix(min(limit, settings.discoveryLimitCapacity))
            .map { Self.provider($0, base: base) }
        return wantsEvents(request) ? try events(found) : try .json(found)
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

    private func wantsEvents(_ request: LocalRequest) -> Bool {
        request.target.parameter("stream") == "true"
            || request.fields.first("accept")?.lowercased().contains("text/event-stream") == true
    }

    private func events(_ providers: [Provider]) throws -> Response {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var text = ""
        for provider in providers {
            text += "data: \(String(decoding: try encoder.encode(provider), as: UTF8.self))\n\n"
        }
        return .text(text + "event: done\ndata: {}\n\n", type: "text/event-stream")
    }

    /// Go's notation of durations, with one unit. The catalog is at hand, so there is nothing to wait for.
    private static func isDuration(_ text: String) -> Bool {
        text == "0"
            || units.contains { unit in
                guard text.hasSuffix(unit), let number = Double(text.dropLast(unit.count)) else { return false }
                return number.isFinite && number >= 0
            }
    }
}
