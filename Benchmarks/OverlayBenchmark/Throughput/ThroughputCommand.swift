import ArgumentParser
import Foundation
import Measuring

/// `overlay-benchmark throughput`: one stream between two processes, beside go-libp2p's daemon.
struct ThroughputCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "throughput", abstract: "Measure one stream between two processes.",
        discussion: """
            Two processes on loopback, one connection (Noise, yamux), one stream. In rounds that alternate: bytes that one \
            process makes and the other counts; bytes that come and go through Unix sockets; the same through two p2pd, which \
            take and give bytes in this way alone; and the cipher alone, sealing and opening in one process. Medians are shown.
            """)

    @Option(help: "Rounds.") var rounds = 7
    @Option(help: "Millions of bytes per round.") var megabytes = 300

    func validate() throws {
        guard (1...1_000).contains(rounds) else { throw ValidationError("--rounds: from 1 to 1000 is expected") }
        guard (1...100_000).contains(megabytes) else {
            throw ValidationError("--megabytes: from 1 to 100000 is expected")
        }
    }

    func run() throws {
        let folder = try TemporaryFolder()
        var carriers: [any Carrier] = [
            try OwnStream(), try PipedStream(in: folder.path), CipherAlone(),
        ]
        let daemons = Competitor.script("daemons.py").map { DaemonStream($0) }
        if let daemons { carriers.append(daemons) }
        var runs = [[Carriage]](repeating: [], count: carriers.count)
        for round in 0...rounds {
            for (number, carrier) in carriers.enumerated() {
                let carriage = try carrier.carry(megabytes * 1_000_000)
                // The first opens streams and fills windows.
                if round > 0 { runs[number].append(carriage) }
            }
        }
        var table = TextTable()
        table.add("one stream", "MB/s", "CPU s/GB, both ends")
        let results = zip(carriers, runs).map { carrier, runs in
            (
                carrier.title, Figures(runs.map(\.megabytesPerSecond)).median,
                Figures(runs.map(\.secondsPerGigabyte)).median
            )
        }
        for result in results { table.add(result.0, result.1.text(1), result.2.text(2)) }
        print(table.text)
        guard daemons != nil else { return }
        Bar.judge("throughput, of p2pd's", results[1].1 / results[3].1, atLeast: 1.5, unit: "times")
        Bar.judge("p2pd's CPU time, of this one's", results[3].2 / results[1].2, atLeast: 1.5, unit: "times")
    }
}
