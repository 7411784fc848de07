import Foundation
import Testing

@testable import samnode

/// Real processes; a shell stands for the nodes.
struct ChildProcessTests {
    private static let soon = Duration.seconds(20)
    /// For processes that may have been started with SIGTERM blocked, see ``ChildProcess/end(within:)``.
    private static let shortly = Duration.milliseconds(100)

    private func stage(in folder: ShowFolder) -> ShowStage {
        var settings = ShowSettings()
        settings.endLimit = Self.shortly
        return ShowStage(folder: folder, executable: "/bin/sh", settings: settings)
    }

    private func shell(_ script: String, settings: ShowSettings = ShowSettings()) throws -> ChildProcess {
        try ChildProcess(name: "the shell", executable: "/bin/sh", arguments: ["-c", script], settings: settings)
    }

    @Test func itsLinesAreReadFromBothOutputs() async throws {
        let child = try shell("echo one; echo two $UNSET >&2; exec sleep 60")
        #expect(try await child.waitForLine("on", within: Self.soon) == "e")
        #expect(try await child.waitForLine("two", within: Self.soon) == "")
        #expect(child.endWords == nil)
        await child.end(within: Self.shortly)
        #expect(child.endWords?.hasPrefix("was killed by signal ") == true)
        #expect(child.log.isClosed)
    }

    @Test func anEndBeforeTheLineIsAFailure() async throws {
        let child = try shell("echo why; exit 3")
        await #expect(throws: ShowFailure("the shell ended with exit code 3")) {
            try await child.waitForLine("ready", within: Self.soon)
        }
        #expect(child.log.last(3) == ["why"])
        await child.end(within: Self.shortly)
    }

    @Test func silenceIsAFailure() async throws {
        let child = try shell("exec sleep 60")
        await #expect(throws: ShowFailure("the shell did not say \"ready\" within 0 s")) {
            try await child.waitForLine("ready", within: .milliseconds(20))
        }
        await child.end(within: Self.shortly)
    }

    @Test func oneThatDoesNotEndIsKilled() async throws {
        let child = try shell("trap '' TERM; echo ready; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 6; done")
        _ = try await child.waitForLine("ready", within: Self.soon)
        await child.end(within: .milliseconds(50))
        #expect(child.endWords == "was killed by signal 9")
    }

    @Test func aMissingProgramIsAFailure() {
        #expect(throws: ShowFailure.self) {
            try ChildProcess(name: "x", executable: "/no/such/program", arguments: [], settings: ShowSettings())
        }
    }

    @Test func theStageLeavesNothingBehind() async throws {
        let folder = try ShowFolder.make()
        let stage = stage(in: folder)
        let script = ["-c", "echo up; exec sleep 60"]
        let children = [try await stage.start("one", script), try await stage.start("two", script)]
        for child in children { _ = try await child.waitForLine("up", within: Self.soon) }
        #expect(await stage.lastLines() == "one:\n  up\ntwo:\n  up")
        await stage.close()
        #expect(children.allSatisfy { $0.endWords != nil && $0.log.isClosed })
        #expect(!FileManager.default.fileExists(atPath: folder.path))
        await #expect(throws: CancellationError.self) { try await stage.start("late", script) }
    }

    @Test func theStageClosesInACancelledTask() async throws {
        let folder = try ShowFolder.make()
        let stage = stage(in: folder)
        let child = try await stage.start("one", ["-c", "exec sleep 60"])
        // Owned by this test, which awaits it below: a task that can be cancelled.
        let closing = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await stage.close()
        }
        try await withDeadline { await closing.value }
        #expect(child.endWords?.hasPrefix("was killed by signal ") == true)
    }

    @Test func aLostProcessIsNoticed() async throws {
        let folder = try ShowFolder.make()
        let stage = stage(in: folder)
        _ = try await stage.start("one", ["-c", "exec sleep 60"])
        _ = try await stage.start("two", ["-c", "exit 7"])
        let failure = try await withDeadline { try await stage.waitForLoss() }
        #expect(failure == ShowFailure("two ended with exit code 7"))
        await stage.close()
    }
}
