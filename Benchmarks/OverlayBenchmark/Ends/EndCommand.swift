import ArgumentParser
import Foundation
import NIOCore
import NIOPosix
import Overlay
import Transport

/// `overlay-benchmark end`: one of the two processes that are measured. It is started by the others.
struct EndCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end", abstract: "One end of a measured connection.", shouldDisplay: false)

    @Option(help: "The address of the other end; without it this end listens.") var dial: String?
    @Option(help: "Unix socket through which piped streams come, when dialing, or to which they go.") var pipe = ""

    func run() throws {
        // One loop, as a node has it.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        guard let dial else { return try listen(group.next()) }
        let end = try DialingEnd(to: Multiaddr(text: dial), on: group.next())
        if !pipe.isEmpty { try end.listen(onPipe: pipe) }
        say("ready")
        while let line = readLine() {
            let words = line.split(separator: " ")
            guard words.count == 2, let number = Int(words[1]) else { break }
            switch words[0] {
            case "send": say("\(try end.send(number))")
            case "connect": say(try (0..<number).map { _ in "\(try end.connect())" }.joined(separator: " "))
            default: say("unknown: \(line)")
            }
        }
    }

    private func listen(_ loop: any EventLoop) throws {
        let end = AcceptingEnd(pipe: pipe, on: loop)
        say(try end.listen().text)
        while readLine() != nil {}
    }

    private func say(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }
}
