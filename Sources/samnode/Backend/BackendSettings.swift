import NIOCore

/// Limits of the connections to backends and of the probes.
struct BackendSettings: Sendable {
    /// Higher: a backend on another machine that is off holds callers longer. Lower: a slow network looks like a dead
    /// backend.
    var connectTimeout = TimeAmount.seconds(5)
    /// How long the head of an answer may take; nil for as long as the caller waits. A limit must be above the longest
    /// answer that is not streamed, since its head comes when all of it is ready.
    var firstByteTimeout: TimeAmount?
    /// How long an unused connection is kept. Higher: requests meet connections that the backend is closing at that
    /// moment (uvicorn does so after 5 s). Lower: more connections are opened, which costs little on one machine.
    var idleTimeout = TimeAmount.seconds(1)
    /// Connections at a time to one backend. Above it requests wait; how many a host takes is decided elsewhere.
    var maximumConnections = 4_096

    /// Pause between probes while a backend answers. Higher: a change is announced later than the 2 s promised. Lower: more
    /// work for the backend.
    var probeInterval = Duration.seconds(1)
    /// The first pause after a backend stopped answering; doubled each time up to ``probePauseLimit``.
    var probePause = Duration.milliseconds(250)
    /// Higher: a backend that is back is announced later than 2 s. Lower: more connection attempts in vain.
    var probePauseLimit = Duration.milliseconds(1_500)
    /// How long a probe may take. Higher: a backend that hangs stays announced longer. Lower: proxies that ask their
    /// provider for the list look dead.
    var probeTimeout = TimeAmount.seconds(5)
    /// Bytes of a list of models. OpenRouter's has about 600 KiB.
    var probeAnswerCapacity = 1 << 20
}
