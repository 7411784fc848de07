import Testing

@testable import Reporting

struct TableTests {
    @Test(arguments: [
        (0.0, "0"), (0.000_12, "0.00012"), (0.0123, "0.0123"), (1.5, "1.5"), (12.34, "12.3"), (123.4, "123"),
        (1_234.5, "1,234"), (-1_234_567, "-1,234,567"), (.nan, "–"), (.infinity, "–"), (-0.000_000_1, "0"),
        (1e20, "1e+20"),
    ]) func numbers(value: Double, text: String) {
        #expect(ValueText.number(value) == text)
    }

    @Test func units() {
        #expect(ValueText.value(340, .milliseconds) == "340 ms")
        #expect(ValueText.value(12_340, .milliseconds) == "12.3 s")
        #expect(ValueText.value(1_200_000, .milliseconds) == "20 min")
        #expect(ValueText.value(99.9996, .percent) == "99.999 %")
        #expect(ValueText.value(100, .percent) == "100 %")
        #expect(ValueText.value(812, .bytesPerSecond) == "812 B/s")
        #expect(ValueText.value(15_300_000, .bytes) == "15.3 MB")
    }

    @Test func columnsAlign() {
        var table = TextTable()
        table.add(["name", "value"])
        table.add(["a", "1,234"])
        table.add(["longer", "5"])
        #expect(table.text == "name    value\na       1,234\nlonger      5")
    }

    @Test func markdownCellsCannotBreakTheTable() {
        var table = MarkdownTable(["a", "b"])
        table.add(["x | y\nz", "<script>", "too many"])
        table.add(["alone"])
        #expect(table.text == "| a | b |\n|---|---|\n| x \\| y z | &lt;script> |\n| alone |  |\n")
    }

    @Test func resultsStandBesideOpponents() throws {
        var slow = Samples.record(seed: 9)
        slow.criteria[1] = RecordedCriterion("delivery.p99", bound: "<= 2000", value: 2_500, hasPassed: false)
        let records = [Samples.record(seed: 7), Samples.record(seed: 8), slow, Samples.record(system: "gossipsub")]
        let rows = ResultsTable(records).markdown.split(separator: "\n")
        #expect(rows.count == 6)
        #expect(rows[5].contains("broken properties | none"))
        #expect(
            rows[2] == "| S07 | `lookup.success` | >= 99.5 | 99.9 % | 99.9 % | 3 | gossipsub 99.9 % | pass | "
                + "`simulate run S07 --seed 7` |")
        #expect(
            rows[3]
                == "|  | `delivery.p99` | &lt;= 2000 | 1.48 s | 2.5 s |  | gossipsub 2.52 s | falls short on 1 of 3 seeds |  |"
        )
    }
}
