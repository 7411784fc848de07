import Foundation

/// How much memory this process holds.
package enum ResidentMemory {
    private static let pageSize = 4_096

    /// In bytes; `nil` where the operating system does not say.
    package static func bytes() -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return pages * pageSize
    }
}
