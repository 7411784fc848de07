import Gossip
import Hummingbird
import NIOCore

/// `/sam/node/revocations`: GET lists what the node knows, POST takes new ones. Who may use the local API may post: the
/// statements prove themselves.
struct RevocationAccess: Sendable {
    let mesh: any MeshAccess

    /// - Throws: ``OpenAIError``
    func respond(to request: LocalRequest) async throws -> Response {
        switch request.method {
        case "GET", "HEAD": return try .json(await mesh.revocationReport())
        case "POST": return try .json(await take(RevocationText(try await text(of: request).readableBytesView)))
        default: throw OpenAIError.methodNotAllowed(request.method, allowed: "GET or POST")
        }
    }

    private func text(of request: LocalRequest) async throws -> ByteBuffer {
        var text = ByteBuffer()
        for try await var part in request.body {
            guard text.readableBytes + part.readableBytes <= RevocationText.capacity else {
                throw OpenAIError.tooLarge(limit: RevocationText.capacity)
            }
            text.writeBuffer(&part)
        }
        return text
    }

    private func take(_ text: RevocationText) async -> RevocationIntakeReport {
        var report = RevocationIntakeReport(taken: 0, known: 0, refused: [])
        report.refused = text.damaged.map { .init(line: $0, reason: "\(RevocationRefusal.malformed)") }
        for (line, acceptance) in zip(text.lines, await mesh.add(revocations: text.statements)) {
            switch acceptance {
            case .new: report.taken += 1
            case .duplicate: report.known += 1
            case .refused(let refusal): report.refused.append(.init(line: line.number, reason: "\(refusal)"))
            }
        }
        report.refused.sort { $0.line < $1.line }
        return report
    }
}
