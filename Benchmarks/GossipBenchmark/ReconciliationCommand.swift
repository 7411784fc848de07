import ArgumentParser
import Gossip
import Measuring
import Overlay

/// `gossip-benchmark reconciliation`: bytes, round trips and processor time of conversations about sets.
struct ReconciliationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconciliation", abstract: "Measure reconciliation of sets.",
        discussion: """
            Two sets of items whose timestamps are spread over half an hour are reconciled between two values of one process.
            Bytes and round trips are the same in every run; processor time is that of both sides together, sorting and sums
            of both sets apart.
            """)

    @Option(help: "Items that both sides have.") var items = 100_000
    @Option(help: "Items that are different where some are.") var differences = 1_000
    @Option(help: "Bytes of a message at most.") var frameLimit = 60_000

    func validate() throws {
        guard (1...10_000_000).contains(items) else { throw ValidationError("--items: from 1 to 10000000 is expected") }
        guard (0...items).contains(differences) else {
            throw ValidationError("--differences: no more than there are items is expected")
        }
        guard frameLimit >= Reconciler.smallestFrame else {
            throw ValidationError("--frame-limit: at least \(Reconciler.smallestFrame) is expected")
        }
    }

    func run() {
        var table = TextTable()
        table.add("sets", "bytes", "round trips", "ms", "ms to sort and sum both")
        for pair in ItemSets.all {
            var sets: (ItemVector, ItemVector)?
            let preparation = Stopwatch.measure { sets = pair.make(items: items, differences: differences) }
            guard let sets else { continue }
            var conversation = Conversation()
            let time = Stopwatch.measure { conversation.run(between: sets.0, and: sets.1, frameLimit: frameLimit) }
            table.add(
                pair.title, "\(conversation.bytes)", "\(conversation.roundTrips)", Self.milliseconds(time),
                Self.milliseconds(preparation))
        }
        print(table.text)
    }

    private static func milliseconds(_ nanoseconds: UInt64) -> String {
        "\(Double(nanoseconds / 10_000) / 100)"
    }
}
