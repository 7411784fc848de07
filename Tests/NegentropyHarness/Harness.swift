import Gossip
import Overlay

/// Carries out one command after another: items, `seal`, then `initiate` or the messages of the other side.
struct Harness {
    private let frameLimit: Int?
    private var items: [ReconciliationItem] = []
    private var reconciler: Reconciler?
    private var isBeginner = false

    init(frameLimit: Int?) {
        self.frameLimit = frameLimit
    }

    /// - Returns: the lines to answer with.
    mutating func take(_ line: String) throws -> [String] {
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        switch (fields.first ?? "", fields.count) {
        case ("", 0...1): return []
        case ("item", 3): try add(timestamp: fields[1], id: fields[2])
        case ("seal", 1): try seal()
        case ("initiate", 1): return [try initiate()]
        case ("msg", 1): return try answer([])
        case ("msg", 2): return try answer(try Hexadecimal.decode(fields[1]))
        default: throw HarnessError.command(line)
        }
        return []
    }

    private mutating func add(timestamp: Substring, id: Substring) throws {
        guard reconciler == nil else { throw HarnessError.order("item after seal") }
        guard let timestamp = UInt64(timestamp), timestamp != .max, let id = Bytes32(try Hexadecimal.decode(id)) else {
            throw HarnessError.item("\(timestamp),\(id)")
        }
        items.append(ReconciliationItem(timestamp: timestamp, id: id))
    }

    private mutating func seal() throws {
        guard reconciler == nil else { throw HarnessError.order("sealed twice") }
        let vector = ItemVector(items)
        guard vector.count == items.count else { throw HarnessError.item("given twice") }
        reconciler = Reconciler(vector, frameLimit: frameLimit)
        items = []
    }

    private mutating func initiate() throws -> String {
        guard let reconciler, !isBeginner else { throw HarnessError.order("initiate before seal, or twice") }
        isBeginner = true
        return try line(reconciler.opening())
    }

    private func answer(_ message: [UInt8]) throws -> [String] {
        guard let reconciler else { throw HarnessError.order("msg before seal") }
        guard isBeginner else { return [try line(try reconciler.answer(message))] }
        let conclusion = try reconciler.conclude(message)
        let differences =
            conclusion.have.map { "have,\(Hexadecimal.encode($0.array))" }
            + conclusion.need.map { "need,\(Hexadecimal.encode($0.array))" }
        guard let next = conclusion.next else { return differences + ["done"] }
        return differences + [try line(next)]
    }

    private func line(_ message: [UInt8]) throws -> String {
        guard message.count <= frameLimit ?? .max else { throw HarnessError.tooLong(message.count) }
        return "msg,\(Hexadecimal.encode(message))"
    }

}

/// Why the harness cannot go on.
enum HarnessError: Error {
    case command(String)
    case frameLimit(String)
    case item(String)
    case order(String)
    /// A message above the limit, in bytes.
    case tooLong(Int)
}
