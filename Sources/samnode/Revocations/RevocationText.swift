import Foundation
import Gossip

/// Revocations as text: each a line `sam-revocation:` and the statement in base64url without padding. Empty lines and lines
/// that begin with `#` do not count.
struct RevocationText: Equatable, Sendable {
    private static let prefix = "sam-revocation:"
    /// Bytes of a text that are read: twice as many statements as a root may have in use, 340 characters each.
    static let capacity = 8 << 20

    /// A statement and where it stood, counted from 1.
    struct Line: Equatable, Sendable {
        var number: Int
        var statement: [UInt8]
    }

    private(set) var lines: [Line] = []
    /// The numbers of lines that are no statement.
    private(set) var damaged: [Int] = []

    /// - Parameter bytes: cut at ``capacity``; a line that is cut is damaged.
    init(_ bytes: some Collection<UInt8>) {
        let all = bytes.prefix(Self.capacity).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in all.enumerated() {
            let text = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespaces.union(.newlines))
            guard !text.isEmpty, !text.hasPrefix("#") else { continue }
            if let statement = Self.statement(in: text) {
                lines.append(Line(number: index + 1, statement: statement))
            } else {
                damaged.append(index + 1)
            }
        }
        if bytes.count > Self.capacity { damaged.append(all.count) }
    }

    var statements: [[UInt8]] { lines.map(\.statement) }

    /// One statement as a line, without its end.
    static func line(_ statement: [UInt8]) -> String {
        let text = Data(statement).base64EncodedString()
        return prefix + text.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }.filter { $0 != "=" }
    }

    private static func statement(in text: String) -> [UInt8]? {
        guard text.hasPrefix(prefix) else { return nil }
        var encoded = String(text.dropFirst(prefix.count).map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        while encoded.utf8.count % 4 != 0 { encoded += "=" }
        return Data(base64Encoded: encoded).map { Array($0) }
    }
}

extension Revocation {
    /// In the form of ``RevocationText``.
    var line: String { RevocationText.line(bytes) }
}
