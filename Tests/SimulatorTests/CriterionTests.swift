import Overlay
import Testing

@testable import Simulator

@Suite struct CriterionTests {
    private func error(_ text: String) -> String? {
        do {
            _ = try Criterion(parsing: text)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func reads() throws {
        #expect(try Criterion(parsing: "delivery.p99 <= 450") == Criterion("delivery.p99", .atMost, 450))
        #expect(try Criterion(parsing: " lookup.success>=99.5\t") == Criterion("lookup.success", .atLeast, 99.5))
        #expect(try Criterion(parsing: "components == 1").description == "components == 1")
        #expect(try Criterion(parsing: "lookup.success >= 99.5").description == "lookup.success >= 99.5")
    }

    @Test func everyNameCanBeBounded() throws {
        #expect(Set(FigureName.all).count == FigureName.all.count)
        for name in FigureName.all {
            let criterion = Criterion(name, .atLeast, 0.25)
            #expect(try Criterion(parsing: criterion.description) == criterion)
        }
    }

    @Test func saysWhatIsWrong() {
        #expect(
            error("delivery.p98 <= 4")
                == "there is no figure 'delivery.p98'; expected one of delivery.p50, delivery.p90, delivery.p99, "
                + "delivery.max, delivery.missed, delivery.hops.max, delivery.spread99.p50, delivery.spread99.max, "
                + "delivery.spread999.p50, delivery.spread999.max")
        #expect(error("components < 2") == "'<' in 'components < 2' is no comparison; expected <=, >= or ==")
        #expect(error("components <= x")?.hasPrefix("'x' in") == true)
        #expect(error("components")?.contains("compares nothing") == true)
        #expect(error("<= 3")?.hasPrefix("no figure before") == true)
        for number in ["", "nan", "inf", "1e999", "1 2", "0x", "--1", "1,5"] {
            #expect(error("components == \(number)")?.contains("is no number") == true, "\(number)")
        }
        #expect(error(String(repeating: "a", count: 300))?.contains("300 bytes") == true)
    }

    @Test func piecesAreNotTakenForTheWhole() {
        let bytes = Array("delivery.p99 <= 450".utf8)
        let draws = Draws(seed: 3)
        for length in 0..<16 { #expect(error(String(decoding: bytes[..<length], as: UTF8.self)) != nil) }
        for round in 0..<500 as Range<UInt64> {
            var mutated = bytes
            let place = Int(draws.below(UInt64(bytes.count), .test, of: round))
            mutated[place] = UInt8(truncatingIfNeeded: draws.word(.test, of: round, 1))
            guard let criterion = try? Criterion(parsing: String(decoding: mutated, as: UTF8.self)) else { continue }
            #expect(FigureName.all.contains(criterion.figure) && criterion.bound.isFinite)
        }
    }

    @Test func verdicts() {
        var figures = Figures()
        figures["delivery.p99"] = 450
        figures["lookup.success"] = 99
        #expect(Criterion("delivery.p99", .atMost, 450).verdict(on: figures) == .passes(measured: 450))
        #expect(Criterion("delivery.p99", .atMost, 449.9).verdict(on: figures) == .fallsShort(measured: 450))
        #expect(Criterion("lookup.success", .atLeast, 99.5).verdict(on: figures) == .fallsShort(measured: 99))
        #expect(Criterion("lookup.success", .equal, 99).isMet(by: figures))
        #expect(Criterion("components", .equal, 1).verdict(on: figures) == .notMeasured)
        #expect(!Criterion("components", .equal, 1).isMet(by: figures))
        figures["components"] = .nan
        #expect(!Criterion("components", .atMost, 1).isMet(by: figures))
    }
}
