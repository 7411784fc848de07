import Testing

@testable import Simulator

@Suite struct QuantileTableTests {
    @Test(arguments: [
        (1.0, 2.718281828459045), (-1, 0.36787944117144233), (0, 1), (10, 22026.465794806718),
        (-20.5, 1.2501528663867426e-09),
    ])
    func exponential(x: Double, expected: Double) {
        #expect(abs(Elementary.exp(x) / expected - 1) < 1e-13)
    }

    @Test(arguments: [
        (2.718281828459045, 1.0), (1, 0), (10, 2.302585092994046), (0.5, -0.6931471805599453),
        (1e-9, -20.72326583694641),
        (1.49, 0.3987761199573678), (1.51, 0.412109650826833),
    ])
    func logarithm(x: Double, expected: Double) {
        #expect(abs(Elementary.log(x) - expected) < 1e-13 * max(1, abs(expected)))
    }

    /// From tables of the normal distribution.
    @Test(arguments: [
        (0.5, 0.0), (0.75, 0.674489750196082), (0.9, 1.2815515655446004), (0.975, 1.959963984540054),
        (0.99, 2.3263478740408408), (0.999, 3.090232306167813), (0.01, -2.3263478740408408),
        (0.0001, -3.719016485455709),
    ])
    func normalQuantiles(probability: Double, expected: Double) {
        #expect(abs(NormalQuantile.value(at: probability) - expected) < 4.5e-9 * max(1, abs(expected)))
    }

    @Test func knotsAreMetAndLinesAreStraight() {
        let table = QuantileTable([.init(0, 100), .init(500, 200), .init(1_000, 10_200)])
        #expect(table.least == 100 && table.greatest == 10_200)
        #expect(table.value(atThousandth: 250) == 150)
        #expect(table.value(atThousandth: 500) == 200)
        #expect((5_199...5_200).contains(table.value(atThousandth: 750)))
        #expect(table.value(atThousandth: 1_000) == 10_200)
    }

    @Test func neverFallsAndStaysInItsRange() {
        let table = QuantileTable { Elementary.exp(NormalQuantile.value(at: $0) + 10) }
        let values = (0..<100_000).map { table.value(of: UInt64($0) << 47 | 12_345) }
        #expect(values == values.sorted())
        #expect(table.value(of: 0) == table.least)
        #expect(table.value(of: .max) <= table.greatest)
    }

    @Test func holdsGreatNumbers() {
        let table = QuantileTable([.init(0, 0), .init(1_000, .max)])
        #expect(table.value(of: .max) > .max - 1 << 50)
        #expect((table.value(atThousandth: 500)...).contains(1 << 63))
    }
}
