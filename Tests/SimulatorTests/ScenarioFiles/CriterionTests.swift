import Testing

@testable import Simulator

struct CriterionTests {
    @Test(arguments: [
        ("delivery.p99 <= 450", 450.0, true), ("delivery.p99 <= 450", 450.5, false),
        ("lookup.success >= 99.9%", 99.9, true),
        ("lookup.success >= 99.9%", 99.8, false), ("lookup.p99 < 2s", 1_999, true), ("lookup.p99 < 2s", 2_000, false),
        ("components = 1", 1, true), ("components = 1", 2, false), ("links.max > 3", 3, false),
        ("bytes.perNodePerSecond.mean <= 1_000", 1_000, true), ("delivery.missed <= 0", 0, true),
    ])
    func bounds(_ text: String, _ value: Double, _ holds: Bool) throws {
        let criterion = try Criterion(parsing: text)
        #expect(criterion.holds(for: value) == holds)
        #expect(criterion.description == text)
        #expect(!criterion.holds(for: nil))
    }

    @Test(arguments: [
        ("", CriterionError.shape("")), ("delivery.p99<=450", .shape("delivery.p99<=450")),
        ("delivery.p98 <= 450", .figure("delivery.p98")), ("delivery.p99 == 450", .relation("==")),
        ("delivery.p99 <= nan", .bound("nan")), ("delivery.p99 <= -1", .bound("-1")),
        ("delivery.p99 <= 1e5", .bound("1e5")),
    ])
    func noCriteria(_ text: String, _ error: CriterionError) {
        #expect(throws: error) { try Criterion(parsing: text) }
    }

    @Test func namesOfFiguresAreUnique() {
        #expect(Set(FigureName.all).count == FigureName.all.count)
    }
}
