import ArgumentParser
import Gossip
import Measuring
import Overlay

/// `gossip-benchmark catalogs`: bytes between two nodes that compare their catalogs.
struct CatalogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogs", abstract: "Measure comparisons of catalogs.",
        discussion: """
            Two nodes of one process have the same entries, issued within half an hour, but for the newest, which the one that
            begins to compare lacks. They get a link, and compare once more when they are equal. Bytes are those of the
            messages, without the frames around them, and the same in every run.
            """)

    @Option(help: "Entries that both nodes have.") var entries = 100_000
    @Option(help: "Newest entries that one node lacks.") var differences = 1_000

    func validate() throws {
        guard (1...1_000_000).contains(entries) else {
            throw ValidationError("--entries: from 1 to 1000000 is expected")
        }
        guard (0...100_000).contains(differences) else {
            throw ValidationError("--differences: from 0 to 100000 is expected")
        }
    }

    func run() throws {
        var pair = try CatalogPair(entries: entries, differences: differences)
        var table = TextTable()
        table.add("comparison", "ranges", "ids and summaries", "entries", "round trips", "ms, both ends")
        for title in ["the newest lacking", "equal"] {
            let time = Stopwatch.measure { pair.compare() }
            table.add(
                title, "\(pair.bytes(of: [.compare, .difference]))",
                "\(pair.bytes(of: [.have, .lack, .summaries, .want]))",
                "\(pair.bytes(of: [.push, .supply, .packedPush, .packedSupply, .widePush]))",
                "\(pair.questions)", "\(Double(time / 10_000) / 100)")
        }
        print(table.text)
        guard pair.areEqual else { throw ValidationError("the catalogs are not equal") }
    }
}
