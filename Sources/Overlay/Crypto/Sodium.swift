import CSodium

/// libsodium's start-up, which picks the fastest implementation for the processor.
enum Sodium {
    private static let started: Bool = sodium_init() >= 0

    /// Must have run before any other call into the library; every later call costs one load.
    @inline(__always)
    static func start() {
        precondition(started, "libsodium could not be initialised")
    }
}
