import Foundation

/// One event of a streamed chat answer.
enum ChatPiece: Equatable, Sendable {
    case text(String)
    /// The backend or the mesh broke the answer off.
    case failure(String)
    case end
    /// An event without text: a role, the usage, a comment.
    case other

    private struct Chunk: Decodable {
        struct Choice: Decodable {
            struct Delta: Decodable {
                var content: String?
            }
            var delta: Delta?
        }
        struct Failure: Decodable {
            var message: String
        }
        var choices: [Choice]?
        var error: Failure?
    }

    /// - Parameter data: what follows `data:` in the event.
    init(data: String) {
        guard data != "[DONE]" else {
            self = .end
            return
        }
        guard let chunk = try? JSONDecoder().decode(Chunk.self, from: Data(data.utf8)) else {
            self = .other
            return
        }
        if let error = chunk.error {
            self = .failure(error.message)
        } else {
            let text = (chunk.choices ?? []).compactMap(\.delta?.content).joined()
            self = text.isEmpty ? .other : .text(text)
        }
    }
}
