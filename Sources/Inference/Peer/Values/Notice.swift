import Overlay

/// Something an operator may want to read in the log. The core does not log; it says what happened and how grave it is.
public struct Notice: Hashable, Sendable {
    /// How grave it is: of interest to developers, worth knowing, or something to act on.
    public enum Level: Sendable {
        case debug
        case info
        case warning
    }

    public var level: Level
    public var text: String
    public var peer: PeerID?

    init(_ level: Level, _ text: String, peer: PeerID? = nil) {
        self.level = level
        self.text = text
        self.peer = peer
    }
}
