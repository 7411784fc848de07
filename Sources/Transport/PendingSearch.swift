import Overlay

/// A search that somebody waits for.
struct PendingSearch {
    let startedAt: Instant
    var steps: [FoundServices.Step] = []
    let continuation: CheckedContinuation<FoundServices, Never>
}
