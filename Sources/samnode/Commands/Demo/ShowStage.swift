import Foundation

/// The processes of the demo and their directory. Whatever happens, ``close()`` leaves nothing of either behind.
actor ShowStage {
    nonisolated let folder: ShowFolder
    private let executable: String
    private let settings: ShowSettings
    private var children: [ChildProcess] = []
    private var isClosed = false

    init(folder: ShowFolder, executable: String, settings: ShowSettings) {
        self.folder = folder
        self.executable = executable
        self.settings = settings
    }

    /// The path of this very program, also when it was found through `PATH`.
    static func ownExecutable() throws(ShowFailure) -> String {
        let linked = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        if let linked, FileManager.default.isExecutableFile(atPath: linked) { return linked }
        if let bundled = Bundle.main.executablePath, FileManager.default.isExecutableFile(atPath: bundled) {
            return bundled
        }
        throw ShowFailure("this program does not find its own file; was it replaced while it ran?")
    }

    func start(_ name: String, _ arguments: [String]) throws -> ChildProcess {
        // After the closing nobody would end it.
        guard !isClosed else { throw CancellationError() }
        let child = try ChildProcess(name: name, executable: executable, arguments: arguments, settings: settings)
        children.append(child)
        return child
    }

    /// Ends one process that has played its part.
    func end(_ child: ChildProcess) async {
        await child.end(within: settings.endLimit)
        children.removeAll { $0 === child }
    }

    /// Waits until a process ends by itself, which none of them should.
    func waitForLoss() async throws -> ShowFailure {
        let children = children
        return try await withThrowingTaskGroup(of: ShowFailure.self) { group in
            defer { group.cancelAll() }
            for child in children {
                group.addTask {
                    await child.log.waitForEnd()
                    try Task.checkCancellation()
                    return ShowFailure("\(child.name) \(child.endWords ?? "ended")")
                }
            }
            guard let failure = try await group.next() else { throw CancellationError() }
            return failure
        }
    }

    /// The last lines of every process, each with its name before it.
    func lastLines() -> String {
        children.map { child in
            let lines = child.log.last(settings.shownLines).map { "  \(TerminalText.printable($0))" }
            let state = child.endWords.map { " (\($0))" } ?? ""
            return (["\(child.name)\(state):"] + (lines.isEmpty ? ["  (it wrote nothing)"] : lines)).joined(
                separator: "\n")
        }.joined(separator: "\n")
    }

    /// Ends all processes and removes the directory.
    func close() async {
        isClosed = true
        let limit = settings.endLimit
        await withTaskGroup { group in
            for child in children { group.addTask { await child.end(within: limit) } }
        }
        children = []
        folder.remove()
    }
}
