import ArgumentParser

/// The option that every command with files has.
struct DataDirectoryOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "Directory of the node's key and the mesh's root key (default: sam-mesh in the user's configuration).")
    var dataDir: String?

    func open() throws(ConsoleError) -> DataDirectory {
        do throws(DataDirectoryError) {
            return try DataDirectory.open(path: dataDir)
        } catch {
            throw ConsoleError(error)
        }
    }
}
