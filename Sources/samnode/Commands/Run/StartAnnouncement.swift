import Foundation
import Synchronization

/// Says on standard output that the node serves, once the last of its local listeners does.
final class StartAnnouncement: Sendable {
    private let missing: Mutex<Int>

    init(listeners: LocalAPI.Listeners) {
        let count = (listeners.tcp == nil ? 0 : 1) + (listeners.unixSocketPath == nil ? 0 : 1)
        missing = Mutex(count)
        if count == 0 { Self.say("SAM Node Online.") }
    }

    /// One listener accepts; its URL or path.
    func listening(on place: String) {
        let kind = place.hasPrefix("http") ? "TCP address" : "Unix socket"
        Self.say("Serving the local API on \(kind) \(place)")
        let isLast = missing.withLock { missing in
            missing -= 1
            return missing == 0
        }
        if isLast { Self.say("SAM Node Online.") }
    }

    /// A line of standard output, which scripts read.
    static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
