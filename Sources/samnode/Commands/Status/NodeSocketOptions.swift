import ArgumentParser

/// Which running node a command asks.
struct NodeSocketOptions: ParsableArguments {
    /// The name of the socket that a node makes in its data directory.
    private static let standardName = "sam.sock"

    @OptionGroup var directory: DataDirectoryOptions

    @Option(name: .long, help: "Unix socket of the node's local API (default: sam.sock in the data directory).")
    var socketPath: String?

    /// Where the node listens.
    func path() throws(ConsoleError) -> String {
        if let socketPath {
            guard !socketPath.isEmpty else {
                throw ConsoleError(.usage, "--socket-path is empty; name the socket that the node was started with")
            }
            return socketPath
        }
        do throws(DataDirectoryError) {
            return try DataDirectory.existing(path: directory.dataDir).path(of: Self.standardName)
        } catch .missing(let path, _) {
            throw ConsoleError(
                .unavailable,
                "no node has run with the data directory \(path); start one with: samnode run — or name another "
                    + "directory with --data-dir")
        } catch {
            throw ConsoleError(error)
        }
    }

    /// The options as they have to be repeated to start the node that was meant.
    var hint: String { directory.dataDir.map { " --data-dir \($0)" } ?? "" }
}
