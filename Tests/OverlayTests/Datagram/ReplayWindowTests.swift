import Testing

@testable import Overlay

struct ReplayWindowTests {
    /// What the window is to do, without its bits: everything ever seen, and how far back is remembered for sure.
    private struct Model {
        private var seen: Set<UInt64> = []
        private var highest: UInt64?
        static let reach = ReplayWindow.width - 64

        func isFresh(_ counter: UInt64) -> Bool {
            guard counter < .max, !seen.contains(counter) else { return false }
            guard let highest, counter <= highest else { return true }
            return highest - counter < Self.reach
        }

        mutating func note(_ counter: UInt64) {
            seen.insert(counter)
            highest = max(highest ?? 0, counter)
        }
    }

    private func counter(_ random: inout RandomSource, near last: UInt64) -> UInt64 {
        switch random.below(10) {
        case 0: return random.next()
        case 1: return UInt64.max - UInt64(random.below(70))
        case 2: return UInt64(random.below(3_000))
        case 3: return last &+ UInt64(random.below(5_000))
        case 4: return last &- ReplayWindow.width &+ UInt64(random.below(130))
        case 5: return last
        case 6: return last &- UInt64(random.below(2_100))
        default: return last &+ UInt64(random.below(6)) &- 2
        }
    }

    @Test func agreesWithANaiveModel() {
        for seed in UInt64(0)..<10_000 {
            var random = RandomSource(seed: seed)
            var window = ReplayWindow()
            var model = Model()
            var last: UInt64 = 0
            for step in 0..<24 {
                let counter = counter(&random, near: last)
                let isFresh = window.isFresh(counter)
                guard isFresh == model.isFresh(counter) else {
                    Issue.record("seed \(seed), step \(step): \(counter) after \(last): fresh is \(isFresh)")
                    return
                }
                guard isFresh, random.below(4) > 0 else { continue }
                window.note(counter)
                model.note(counter)
                if counter < UInt64.max / 2 { last = counter }
            }
        }
    }

    @Test func agreesWithTheModelOverALongTime() {
        for seed in UInt64(1)...20 {
            var random = RandomSource(seed: seed)
            var window = ReplayWindow()
            var model = Model()
            var last: UInt64 = 0
            for step in 0..<5_000 {
                let counter = last &+ UInt64(random.below(90)) &- (last > 40 ? 40 : 0)
                let isFresh = window.isFresh(counter)
                #expect(isFresh == model.isFresh(counter), "seed \(seed), step \(step)")
                guard isFresh else { continue }
                window.note(counter)
                model.note(counter)
                last = max(last, counter)
            }
        }
    }

    @Test func edges() {
        var window = ReplayWindow()
        #expect(window.isFresh(0) && window.isNewest(0) && !window.isFresh(.max))
        window.note(0)
        #expect(!window.isFresh(0) && window.isFresh(1) && !window.isNewest(0))
        window.note(UInt64.max - 1)
        #expect(!window.isFresh(UInt64.max - 1) && window.isFresh(UInt64.max - 2) && !window.isFresh(1))
    }
}
