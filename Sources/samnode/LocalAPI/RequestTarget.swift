import Foundation

/// The target of a request as the client sent it (RFC 9112 section 3.2.1): path and query, percent-encoding kept.
struct RequestTarget: Hashable, Sendable {
    /// Begins with `/`.
    var path: String
    /// Without the `?`; nil when there is none.
    var query: String?

    /// Nil for targets that name no path of this server.
    init?(_ raw: String) {
        guard raw.utf8.first == UInt8(ascii: "/") else { return nil }
        let parts = raw.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        query = parts.count > 1 ? String(parts[1]) : nil
    }

    /// The path's segments, not decoded.
    var segments: [Substring] { path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) }

    /// The first value of a parameter in the query, decoded.
    func parameter(_ name: String) -> String? {
        for pair in (query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts[0].removingPercentEncoding == name else { continue }
            return parts.count > 1 ? parts[1].replacing("+", with: " ").removingPercentEncoding : ""
        }
        return nil
    }
}
