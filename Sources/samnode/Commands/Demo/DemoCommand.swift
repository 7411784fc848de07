import ArgumentParser
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import Synchronization
import UnixSignals
import YAML

/// `samnode demo`: a mesh on this machine that shows itself.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Show a mesh of three nodes on this machine: a streamed answer over a relay, and a refusal.",
        discussion: """
            Needs nothing and leaves nothing behind: the nodes live in a temporary directory and are ended, with it, by \
            Ctrl-C.
            """)

    @Flag(help: "End after the show; exits with 0 when all of it went as it should.") var once = false
    @Option(help: "A backend with OpenAI's API to put behind C, like http://localhost:4000 (default: a demo model).")
    var targetUrl: String?
    @Option(help: "The model to ask (default: the first that the backend lists).") var model: String?

    /// How the demo ended.
    private enum Ending: Sendable {
        case shown
        case interrupted(UnixSignal)
        case failed(String)
        /// Nobody reads what is shown.
        case unread
    }

    /// Whether the show is over, so that Ctrl-C is what was asked for.
    private final class Played: Sendable {
        private let state = Mutex(false)

        var isSet: Bool { state.withLock { $0 } }

        func set() {
            state.withLock { $0 = true }
        }
    }

    func validate() throws {
        guard let targetUrl else { return }
        do throws(BackendURLError) {
            _ = try BackendURL(text: targetUrl)
        } catch {
            throw ValidationError("--target-url \(targetUrl.quotedForMessage): expected \(error).")
        }
    }

    func run() async throws {
        // Output into a pipe that nobody reads must be an error, so that the processes are ended.
        signal(SIGPIPE, SIG_IGN)
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        let terminal = ShowTerminal.standard()
        let settings = ShowSettings()
        let stage: ShowStage
        do {
            let executable = try ShowStage.ownExecutable()
            stage = ShowStage(folder: try ShowFolder.make(), executable: executable, settings: settings)
        } catch {
            throw Self.fail("the demo cannot start: \(error)")
        }
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        let http = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: configuration)
        let options = Show.Options(
            targetURL: targetUrl, model: model, program: CommandLine.arguments.first ?? "samnode", isOnce: once)
        let show = Show(options: options, stage: stage, terminal: terminal, http: http, settings: settings)
        let ending = await perform(show, until: signals)
        let lines = await stage.lastLines()
        await stage.close()
        // The nodes that it was connected to are gone; how it ends changes nothing.
        try? await http.shutdown()
        switch ending {
        case .shown: return
        case .interrupted(let signal): throw ExitCode(128 + signal.rawValue)
        case .unread: throw ExitCode(128 + SIGPIPE)
        case .failed(let reason): throw Self.fail("the demo failed while \(reason)\n\(lines)")
        }
    }

    private static func fail(_ message: String) -> ExitCode {
        // Nobody may read the error output any more; the exit code remains.
        try? FileHandle.standardError.write(contentsOf: Data("samnode: \(message)\n".utf8))
        return ExitCode(ConsoleExit.refused.rawValue)
    }

    /// Plays the show, and goes on until a signal comes or a process is lost.
    private func perform(_ show: Show, until signals: UnixSignalsSequence) async -> Ending {
        let played = Played()
        return await withTaskGroup(of: Ending?.self) { group in
            group.addTask {
                for await signal in signals { return played.isSet ? .shown : .interrupted(signal) }
                return nil
            }
            group.addTask { await play(show, played) }
            defer { group.cancelAll() }
            while let ending = await group.next() {
                if let ending { return ending }
            }
            return .shown
        }
    }

    /// Nil when it was cancelled.
    private func play(_ show: Show, _ played: Played) async -> Ending? {
        do {
            try await show.play()
            played.set()
            guard !once else { return .shown }
            return .failed("running on: \(try await show.stage.waitForLoss())")
        } catch is CancellationError {
            return nil
        } catch is ShowTerminal.Closed {
            return .unread
        } catch {
            return .failed("\(error)")
        }
    }
}
