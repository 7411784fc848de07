import ArgumentParser
import Measuring

/// `overlay-benchmark datagrams`: processor time and allocations of one exchange, both ends together.
struct DatagramsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "datagrams", abstract: "Measure questions and answers in datagrams.",
        discussion: """
            Each exchange is a question and its answer between two endpoints of one process, without sockets. Beside it,
            in rounds that alternate, the primitives alone: key agreements and authenticated encryption of the same
            lengths by libsodium. Medians of processor time are compared.
            """)

    @Option(help: "Rounds per exchange.") var rounds = 15
    @Option(help: "Exchanges per round.") var count = 400

    func validate() throws {
        guard (1...10_000).contains(rounds) else { throw ValidationError("--rounds: from 1 to 10000 is expected") }
        guard (1...100_000).contains(count) else { throw ValidationError("--count: from 1 to 100000 is expected") }
    }

    func run() throws {
        var table = TextTable()
        table.add("exchange", "µs, both ends", "per s and core", "to primitives", "allocations", "round trips")
        var first = 0
        for exchange in Exchange.allCases {
            let measured = try measure(exchange)
            let trips = try exchange.countRoundTrips()
            if exchange == .first { first = trips }
            table.add(
                exchange.title, Self.text(measured.time / 1_000), Self.text(2e9 / measured.time, digits: 0),
                Self.text(measured.time / measured.primitives, digits: 2),
                measured.allocations.map { "\($0.calls)" } ?? "–", "\(trips)")
        }
        print(table.text)
        print("per s and core: exchanges whose one end a core keeps up with")
        Bar.judge("round trips until the answer of a peer never met", Double(first), atMost: 1)
    }

    /// Nanoseconds of one exchange and of its primitives, and what one exchange allocates.
    private func measure(
        _ exchange: Exchange
    ) throws -> (time: Double, primitives: Double, allocations: Allocations?) {
        var pair = EndpointPair()
        try pair.ask(isFirst: true, answer: 0)
        var (times, primitives): ([UInt64], [UInt64]) = ([], [])
        for _ in 0..<rounds {
            times.append(try Stopwatch.measure { for _ in 0..<count { try exchange.perform(on: &pair) } })
            primitives.append(Stopwatch.measure { for _ in 0..<count { exchange.performPrimitives() } })
        }
        let allocations = try Allocations.measure { try exchange.perform(on: &pair) }
        return (Self.median(times) / Double(count), Self.median(primitives) / Double(count), allocations)
    }

    private static func median(_ values: [UInt64]) -> Double { Double(values.sorted()[values.count / 2]) }

    private static func text(_ value: Double, digits: Int = 1) -> String {
        let scale: Double = digits == 0 ? 1 : digits == 1 ? 10 : 100
        let rounded = (value * scale).rounded() / scale
        return digits == 0 ? "\(Int(rounded))" : "\(rounded)"
    }
}
