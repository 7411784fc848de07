/// Changes a message field by field, so that what encloses a change stays well-formed and the change is reached.
package struct MessageMutation: Sendable {
    /// Other messages to take fields from.
    package let pool: [[UInt8]]
    /// For the contents of single fields.
    package let bytes: Mutation

    private static let deepest = 12
    private static let numbers: [UInt64] = [
        0, 1, 2, 3, 6, 27, 28, 1_023, 1_024, 1_030, 1 << 31, 1 << 32, 1 << 63, .max,
    ]

    package init(pool: [[UInt8]], bytes: Mutation) {
        self.pool = pool
        self.bytes = bytes
    }

    package func apply(to original: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
        var message = original
        for _ in 0..<1 + random.below(random.below(2) == 0 ? 1 : 6) { message = change(message, 0, &random) }
        return message
    }

    private func change(_ message: [UInt8], _ depth: Int, _ random: inout FuzzRandom) -> [UInt8] {
        guard var fields = Protobuf.parse(message), !fields.isEmpty else { return bytes.apply(to: message, &random) }
        let index = random.below(fields.count)
        let choice = random.below(16)
        if choice > 4, depth < Self.deepest, case .bytes(let content) = fields[index].value {
            fields[index].value = .bytes(change(content, depth + 1, &random))
            return Protobuf.serialize(fields)
        }
        switch choice {
        case 0: fields.remove(at: index)
        case 1: fields.swapAt(index, random.below(fields.count))
        case 2:
            let copies = 1 + random.below(random.below(6) == 0 ? 400 : 4)
            fields.insert(contentsOf: (0..<copies).map { _ in fields[index] }, at: index)
        case 3: fields[index].number = 1 + random.below(12)
        case 4: fields.insert(contentsOf: foreignField(&random), at: index)
        default:
            if case .varint(let value) = fields[index].value { fields[index].value = .varint(number(value, &random)) }
        }
        return Protobuf.serialize(fields)
    }

    private func number(_ value: UInt64, _ random: inout FuzzRandom) -> UInt64 {
        switch random.below(3) {
        case 0: Self.numbers[random.below(Self.numbers.count)]
        case 1: value &+ 1
        default: value &- 1
        }
    }

    private func foreignField(_ random: inout FuzzRandom) -> [ProtobufField] {
        guard let fields = Protobuf.parse(random.pick(pool)), !fields.isEmpty else { return [] }
        return [fields[random.below(fields.count)]]
    }
}
