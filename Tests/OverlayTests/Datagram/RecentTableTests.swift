import Testing

@testable import Overlay

struct RecentTableTests {
    /// The latest touch of each key, oldest first, and what the table may have forgotten of it.
    private struct Model {
        let capacity: Int
        var values: [Int: Int] = [:]
        var touched: [(key: Int, at: Instant)] = []

        mutating func set(_ key: Int, _ value: Int, at now: Instant) {
            touched.removeAll { $0.key == key }
            values[key] = value
            touched.append((key, now))
        }

        /// What was taken out has had its place all the same.
        mutating func remove(_ key: Int) { values[key] = nil }

        /// Keys that must be there: the last half of the capacity, unless they were left alone for the lifetime.
        func mustHave(_ lifetime: TimeSpan, at now: Instant) -> [Int] {
            touched.suffix(capacity / 2).filter { now.since($0.at) < lifetime && values[$0.key] != nil }.map(\.key)
        }
    }

    @Test func agreesWithAModel() {
        let lifetime = TimeSpan.seconds(100)
        for seed in UInt64(0)..<2_000 {
            var random = RandomSource(seed: seed)
            let capacity = 2 + random.below(9)
            var table = RecentTable<Int, Int>(capacity: capacity)
            var model = Model(capacity: capacity)
            var now = Instant(nanoseconds: random.next() / 2)
            for step in 0..<60 {
                now = now + .seconds(UInt64(random.below(8) == 0 ? random.below(150) : random.below(4)))
                table.forget(unusedFor: lifetime, at: now)
                let key = random.below(12)
                switch random.below(6) {
                case 0:
                    let taken = table.removeValue(forKey: key)
                    #expect(taken == nil || taken == model.values[key], "seed \(seed), step \(step)")
                    model.remove(key)
                case 1:
                    table[key] = nil
                    model.remove(key)
                default:
                    table[key] = step
                    model.set(key, step, at: now)
                }
                let isRight = check(table, model, lifetime, at: now)
                #expect(isRight, "seed \(seed), step \(step)")
                guard isRight else { return }
            }
        }
    }

    private func check(_ table: RecentTable<Int, Int>, _ model: Model, _ lifetime: TimeSpan, at now: Instant) -> Bool {
        guard table.count <= model.capacity else { return false }
        for key in 0..<12 {
            if let value = table[key], value != model.values[key] { return false }
        }
        let stale = model.touched.filter { now.since($0.at) >= lifetime * 2 }
        return model.mustHave(lifetime, at: now).allSatisfy { table[$0] != nil }
            && stale.allSatisfy { table[$0.key] == nil }
    }

    @Test func holdsAtLeastTwo() {
        var table = RecentTable<Int, Int>(capacity: 0)
        table[1] = 1
        table[2] = 2
        #expect(table[1] == 1 && table[2] == 2 && table.count == 2)
        table[3] = 3
        #expect(table[1] == nil && table[3] == 3 && table.count == 2)
    }

    @Test func writingKeepsAndReadingDoesNot() {
        var table = RecentTable<Int, Int>(capacity: 4)
        for key in 1...2 { table[key] = key }
        for key in 3...10 {
            table[1] = 1
            _ = table[2]
            table[key] = key
        }
        #expect(table[1] == 1 && table[2] == nil)
    }
}
