import ArgumentParser
import Measuring

/// `overlay-benchmark connect`: new authenticated connections, beside those of others.
struct ConnectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect", abstract: "Measure new connections until their first byte.",
        discussion: """
            On loopback, one connection after another, in rounds that alternate. From the connect to the first byte of a \
            stream that the other, proven end sends: this one's two processes, and TLS 1.3 of OpenSSL with Ed25519 \
            certificates at both ends. From the connect until it is reported as made, which is less: p2pd and iroh, both \
            driven from Python. Processor time is that of both ends.
            """)

    @Option(help: "Rounds.") var rounds = 8
    @Option(help: "Connections per round.") var count = 50

    func validate() throws {
        guard (1...1_000).contains(rounds) else { throw ValidationError("--rounds: from 1 to 1000 is expected") }
        guard (1...10_000).contains(count) else { throw ValidationError("--count: from 1 to 10000 is expected") }
    }

    func run() throws {
        let connectors: [Connector?] = [
            try .own(), .tls(), .daemons(), .endpoints(),
        ]
        for _ in 0..<rounds {
            for connector in connectors { try connector?.connect(count) }
        }
        var table = TextTable()
        table.add("new connection", "p50 ms", "p99 ms", "CPU ms, both ends")
        for case .some(let connector) in connectors {
            table.add(
                connector.title, connector.spans.median.text(2), connector.spans.share(0.99).text(2),
                connector.processor.map { $0.text(2) } ?? "–")
        }
        print(table.text)
        judge(connectors)
    }

    private func judge(_ connectors: [Connector?]) {
        guard let own = connectors[0] else { return }
        for case .some(let other) in connectors[2...] {
            Bar.judge("p50 beside \(other.title)", own.spans.median, atMost: other.spans.median, unit: "ms")
        }
        guard let used = own.processor, let theirs = connectors[1]?.processor else { return }
        Bar.judge("processor time beside TLS 1.3", used, atMost: theirs, unit: "ms")
    }
}
