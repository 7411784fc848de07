import Overlay

/// The settings of a running node that no module below has.
enum RunSettings {
    /// SAM's TCP port, on all interfaces.
    static let standardListenAddress = "/ip4/0.0.0.0/tcp/5002"
    /// How long running answers may take to finish after the node was told to end. Kubernetes kills after 30 seconds.
    static let drainLimit = TimeSpan.seconds(20)
    /// How long the whole shutdown may take; then what is left is cut off.
    static let shutdownLimit = Duration.seconds(28)
    /// When the known contacts are written to disk for the first time after the start; the pause doubles from then on. A
    /// node that crashes sooner begins with its bootstraps again.
    static let firstContactsPause = Duration.seconds(5)
    /// The longest pause between two writes. A crash loses at most this much of what was learned.
    static let contactsInterval = Duration.seconds(60)
    /// Bytes of the contacts' file that are read: 64 contacts of 512 bytes, with room.
    static let contactsFileCapacity = 64 * 1_024
    /// How often a node looks whether the authority in its own data directory has revoked something. Higher: a revocation
    /// begins later. Lower: more work for nothing; one look is one system call.
    static let authorityInterval = Duration.seconds(1)
    /// Bytes of an API token's file that are read.
    static let apiTokenFileCapacity = 8 * 1_024
    /// How soon after the start pages of the program that only the start needed are given back. Higher: the memory of a start
    /// is held for longer. Lower: what joining a mesh needs is given back and read again. 10 s is the slowest join.
    static let firstPagesPause = Duration.seconds(10)
    /// How often that is repeated, for what commands and requests have used since. Higher: a node that is idle again holds more
    /// for longer. Lower: more page faults; after each time what is in use costs some hundred of them, half a millisecond.
    static let pagesInterval = Duration.seconds(300)
    /// What the node calls itself to libp2p neighbours.
    static let agent = "samnode/\(Samnode.version)"
}
