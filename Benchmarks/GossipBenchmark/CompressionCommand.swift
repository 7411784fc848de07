import ArgumentParser
import Gossip
import Measuring
import Overlay

/// `gossip-benchmark compression`: what a dictionary gains, and what it costs.
struct CompressionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compression", abstract: "Measure compact forms of catalog entries.",
        discussion: """
            Entries as nodes announce them are deflated with the newest dictionary, which neighbours do once for each entry,
            and inflated, which each node does once for each copy that it hears. Bytes are the same in every run with the
            same zlib. With --entry, an entry of your own, as hexadecimal digits, is measured instead.
            """)

    @Option(help: "A catalog entry as hexadecimal digits.") var entry: String?
    @Flag(help: "Print the newest dictionary's fixed bytes instead, as hexadecimal digits.") var dictionary = false
    @Option(help: "How often each is deflated and inflated.") var rounds = 2_000

    func validate() throws {
        guard (1...10_000_000).contains(rounds) else {
            throw ValidationError("--rounds: from 1 to 10000000 is expected")
        }
    }

    func run() throws {
        guard let newest = EntryDictionary.allCases.last else { return }
        guard !dictionary else { return print(Self.lines(of: newest.fixedBytes)) }
        print(try table(of: newest).text)
    }

    /// 32 bytes a line.
    private static func lines(of bytes: [UInt8]) -> String {
        stride(from: 0, to: bytes.count, by: 32).map { start in
            Hexadecimal.encode(bytes[start..<min(start + 32, bytes.count)])
        }.joined(separator: "\n")
    }

    private func table(of dictionary: EntryDictionary) throws -> TextTable {
        var table = TextTable()
        table.add("entry", "bytes", "compact", "of it", "µs to deflate", "to inflate", "to verify")
        for sample in try samples() {
            guard let compact = dictionary.deflate(sample.bytes, of: sample.mesh) else {
                table.add(sample.title, "\(sample.bytes.count)", "–")
                continue
            }
            let deflating = Stopwatch.measure {
                for _ in 0..<rounds { _ = dictionary.deflate(sample.bytes, of: sample.mesh) }
            }
            let inflating = try Stopwatch.measure {
                for _ in 0..<rounds {
                    _ = try dictionary.inflate(compact, of: sample.mesh, limit: sample.bytes.count)
                }
            }
            let verifying = Stopwatch.measure {
                for _ in 0..<rounds {
                    var catalog = Catalog(mesh: sample.mesh, settings: Self.plain)
                    _ = catalog.accept(sample.bytes, at: sample.moment)
                }
            }
            table.add(
                sample.title, "\(sample.bytes.count)", "\(compact.count)",
                "\(compact.count * 100 / sample.bytes.count) %", microseconds(deflating), microseconds(inflating),
                microseconds(verifying))
        }
        return table
    }

    /// Without a dictionary an entry is not deflated when it is taken.
    private static var plain: GossipSettings {
        var settings = GossipSettings()
        settings.dictionaries = []
        return settings
    }

    private func samples() throws -> [EntrySample] {
        guard let entry else { return try EntrySample.all() }
        guard let sample = EntrySample(hexadecimal: entry) else {
            throw ValidationError("--entry: a catalog entry as hexadecimal digits is expected")
        }
        return [sample]
    }

    private func microseconds(_ nanoseconds: UInt64) -> String {
        "\(Double(nanoseconds / UInt64(rounds) / 10) / 100)"
    }
}
