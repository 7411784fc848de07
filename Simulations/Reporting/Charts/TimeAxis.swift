/// Ticks at times that people count in: seconds, minutes, hours, days.
struct TimeAxis: Hashable, Sendable {
    private static let steps: [Double] = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 172_800, 604_800,
    ]

    /// Seconds.
    let longest: Double

    func ticks(_ most: Int) -> [Double] {
        let step =
            Self.steps.first { longest / $0 <= Double(most) } ?? 86_400 * (longest / 86_400 / Double(most)).rounded(.up)
        return Array(stride(from: 0, through: longest, by: step))
    }

    /// In the unit that suits the whole axis.
    func text(_ seconds: Double) -> String {
        switch longest {
        case ...180: ValueText.number(seconds) + " s"
        case ...10_800: ValueText.number(seconds / 60) + " min"
        case ...259_200: ValueText.number(seconds / 3_600) + " h"
        default: ValueText.number(seconds / 86_400) + " d"
        }
    }
}
