import Overlay

/// Negentropy version 1 once more, as its specification tells it: every set is gone through from end to end, sums are made
/// byte by byte, and a message is a list of parts that is encoded as a whole whenever its length matters. Slow, and with
/// nothing in common with the other implementation but SHA-256.
struct PlainReconciler {
    typealias Item = (timestamp: UInt64, id: [UInt8])

    struct Bound {
        var timestamp: UInt64
        var prefix: [UInt8] = []

        static let zero = Bound(timestamp: 0)
        static let infinity = Bound(timestamp: .max)

        func isAbove(_ item: Item) -> Bool {
            if item.timestamp != timestamp { return item.timestamp < timestamp }
            return item.id.lexicographicallyPrecedes(prefix + Array(repeating: 0, count: 32 - prefix.count))
        }
    }

    enum Payload {
        case skip
        case fingerprint([UInt8])
        case ids([[UInt8]])
    }

    struct Part {
        var upper: Bound
        var payload: Payload
    }

    struct Outcome {
        var message: [UInt8]
        var have: Set<[UInt8]> = []
        var need: Set<[UInt8]> = []
    }

    var items: [Item]
    var limit: Int?

    init(_ items: [Item], limit: Int?) {
        self.items = items.sorted {
            $0.timestamp == $1.timestamp ? $0.id.lexicographicallyPrecedes($1.id) : $0.timestamp < $1.timestamp
        }
        self.limit = limit
    }

    func opening() -> [UInt8] { encode(divided(items, below: .infinity)) }

    // MARK: Answers

    func take(_ message: [UInt8], isBeginner: Bool) -> Outcome {
        var outcome = Outcome(message: [])
        var parts: [Part] = []
        var lower = Bound.zero
        var skipped: Bound?
        for part in decode(message) {
            let mine = items.filter { !lower.isAbove($0) && part.upper.isAbove($0) }
            var added: [Part] = []
            var rest = items.filter { !part.upper.isAbove($0) }
            let before = skipped.map { [Part(upper: $0, payload: .skip)] } ?? []
            switch part.payload {
            case .skip: skipped = part.upper
            case .fingerprint(let theirs):
                if theirs == fingerprint(mine) {
                    skipped = part.upper
                } else {
                    added = before + divided(mine, below: part.upper)
                    skipped = nil
                }
            case .ids(let theirs) where isBeginner:
                outcome.have.formUnion(mine.map(\.id).filter { !theirs.contains($0) })
                outcome.need.formUnion(theirs.filter { id in !mine.contains { $0.id == id } })
                skipped = part.upper
            case .ids:
                let listed =
                    mine.indices.first { isFull(encode(parts).count + 32 * $0) }.map { Array(mine[..<$0]) } ?? mine
                let cut = listed.count < mine.count ? mine[listed.count] : nil
                rest = cut == nil ? rest : Array(mine[listed.count...]) + rest
                let upper = cut.map { Bound(timestamp: $0.timestamp, prefix: $0.id) } ?? part.upper
                parts += before + [Part(upper: upper, payload: .ids(listed.map(\.id)))]
                skipped = nil
            }
            if isFull(encode(parts + added).count) {
                parts.append(Part(upper: .infinity, payload: .fingerprint(fingerprint(rest))))
                break
            }
            parts += added
            lower = part.upper
        }
        outcome.message = encode(parts)
        return outcome
    }

    private func isFull(_ length: Int) -> Bool { limit.map { length > $0 - 200 } ?? false }

    private func divided(_ items: [Item], below upper: Bound) -> [Part] {
        if items.count < 32 { return [Part(upper: upper, payload: .ids(items.map(\.id)))] }
        var parts: [Part] = []
        var rest = items
        for bucket in 0..<16 {
            let size = items.count / 16 + (bucket < items.count % 16 ? 1 : 0)
            let taken = Array(rest.prefix(size))
            rest.removeFirst(size)
            var end = upper
            if let last = taken.last, let next = rest.first {
                end = Bound(timestamp: next.timestamp)
                if last.timestamp == next.timestamp {
                    let shared = zip(last.id, next.id).prefix { $0 == $1 }.count
                    end.prefix = Array(next.id.prefix(shared + 1))
                }
            }
            parts.append(Part(upper: end, payload: .fingerprint(fingerprint(taken))))
        }
        return parts
    }

    func fingerprint(_ items: [Item]) -> [UInt8] {
        var sum = [Int](repeating: 0, count: 32)
        for item in items {
            var carry = 0
            for place in 0..<32 {
                let total = sum[place] + Int(item.id[place]) + carry
                sum[place] = total % 256
                carry = total / 256
            }
        }
        return Array(SHA256.hash(sum.map { UInt8($0) } + number(UInt64(items.count))).array.prefix(16))
    }

    // MARK: Bytes

    private func number(_ value: UInt64) -> [UInt8] {
        value < 128 ? [UInt8(value)] : number(value / 128).map { $0 | 128 } + [UInt8(value % 128)]
    }

    func encode(_ parts: [Part]) -> [UInt8] {
        var bytes: [UInt8] = [0x61]
        var last: UInt64 = 0
        for part in parts {
            let time = part.upper.timestamp
            bytes += time == .max ? [0] : number(1 + time - last)
            last = time
            bytes += number(UInt64(part.upper.prefix.count)) + part.upper.prefix
            switch part.payload {
            case .skip: bytes += [0]
            case .fingerprint(let fingerprint): bytes += [1] + fingerprint
            case .ids(let ids): bytes += [2] + number(UInt64(ids.count)) + ids.flatMap { $0 }
            }
        }
        return bytes
    }

    /// Of a message that is well-formed.
    func decode(_ message: [UInt8]) -> [Part] {
        var rest = message.dropFirst()
        func take(_ count: Int) -> [UInt8] {
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        func number() -> UInt64 {
            var value: UInt64 = 0
            while true {
                let digit = UInt64(take(1)[0])
                value = value * 128 + digit % 128
                if digit < 128 { return value }
            }
        }
        var parts: [Part] = []
        var last: UInt64 = 0
        while !rest.isEmpty {
            let distance = number()
            last = distance == 0 ? .max : last + distance - 1
            let upper = Bound(timestamp: last, prefix: take(Int(number())))
            switch number() {
            case 0: parts.append(Part(upper: upper, payload: .skip))
            case 1: parts.append(Part(upper: upper, payload: .fingerprint(take(16))))
            default: parts.append(Part(upper: upper, payload: .ids((0..<Int(number())).map { _ in take(32) })))
            }
        }
        return parts
    }
}
