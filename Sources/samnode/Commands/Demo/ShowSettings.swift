/// Times and limits of `samnode demo`.
struct ShowSettings: Sendable {
    /// For a process to say that it is up. A debug build on a busy machine takes some seconds; higher, and a demo that
    /// cannot work says so later.
    var startLimit = Duration.seconds(30)
    /// For the host's models to reach the node that asks. The mesh needs far less than a second, a slow backend more.
    var catalogLimit = Duration.seconds(30)
    /// Between two looks at the catalog. Higher: the show waits in vain. Lower: more work for the node.
    var catalogInterval = Duration.milliseconds(50)
    /// For the first token of an answer; a real model behind `--target-url` may have to be loaded first.
    var firstTokenLimit = Duration.seconds(120)
    /// For the whole answer.
    var answerLimit = Duration.seconds(600)
    /// For a process to end after it was asked to; then it is killed. A node drains running answers for longer than
    /// this, but the demo's have ended by then.
    var endLimit = Duration.seconds(5)
    /// Lines of each process that are kept, and how many of them are shown when something fails.
    var keptLines = 1_000
    var shownLines = 12
    /// Bytes of one line of a process; what is longer is cut.
    var lineCapacity = 8 * 1_024
    /// Bytes of one line of an answer's stream. Some backends put a whole image into one.
    var eventCapacity = 1 << 20
    /// Bytes of an answer that is not streamed.
    var answerCapacity = 4 << 20
}
