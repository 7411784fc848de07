/// How busy a service is, as far as this node knows at the moment. What nobody said lately is not known at all, which is
/// neither idle nor full.
public struct KnownLoad: Hashable, Sendable {
    /// Requests that run there, this node's own among them; nil when the host only said that it is busy.
    public var running: Int?
    /// Requests that may run there at once; nil when there is no limit, or nobody said.
    public var slots: Int?
    /// Another request would be told to come back.
    public var isFull: Bool

    /// Nothing runs there.
    public var isIdle: Bool { running == 0 && !isFull }

    /// Requests that may still be sent there; nil when there is no limit, or nobody said.
    public var free: Int? {
        guard let running, let slots else { return isFull ? 0 : nil }
        return max(0, slots - running)
    }

    init(running: Int, slots: Int?) {
        self.running = running
        self.slots = slots
        isFull = slots.map { running >= $0 } ?? false
    }

    private init() { isFull = true }

    /// It answered that it is busy.
    static let busy = KnownLoad()
}
