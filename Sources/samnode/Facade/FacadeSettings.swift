import Overlay

/// Limits of the OpenAI-compatible facade.
struct FacadeSettings: Sendable {
    /// Bytes of a request body, all of which is kept until the answer begins so that another host can be asked. Higher:
    /// more memory per request in progress. Lower: images in base64 no longer fit. 16 MiB is SAM's limit.
    var bodyCapacity = 16 << 20
    /// Hosts asked for one request. Higher: a request that every host refuses takes longer to fail. Lower: two hosts that
    /// are down at once hide a third that works. SDKs try three times themselves.
    var maximumAttempts = 3
    /// How long a host that failed comes after all others. Higher: a host that is back stays unused. Lower: requests keep
    /// finding out that it is gone. 15 seconds is SAM's.
    var backoff = TimeSpan.seconds(15)
    /// Hosts remembered as failed; the one whose time ends first goes when there are more.
    var backoffCapacity = 1_024
    /// How long a model that nobody serves any more is answered with "unavailable" (503, worth another try) instead of
    /// "unknown" (404). Higher: a mistyped name is never affected; a retired model is called unavailable for longer.
    var modelMemory = TimeSpan.minutes(10)
    /// Models remembered for that; the one not seen for the longest time goes when there are more.
    var modelMemoryCapacity = 4_096
    /// Levels of nesting in a request. Higher: nothing gained, tools' schemas have below 30. Lower: refuses real ones.
    var nestingLimit = 512
    /// Bytes of a model's name with its escapes; names in the catalog have at most 255.
    var modelNameCapacity = 1_024
}
