/// The name of one request in answers, logs and on every hop (`x-request-id`).
struct RequestID: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of an id that a caller may choose. Higher: longer log lines. UUIDs have 36, trace ids below 60.
    static let capacity = 128

    let text: String

    var description: String { text }

    /// The caller's own id, when it can be printed and stored without harm; nil otherwise.
    init?(accepting text: String) {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "+"):
                true
            default: false
            }
        }
        guard (1...Self.capacity).contains(text.utf8.count), allowed else { return nil }
        self.text = text
    }

    /// A new one of 128 random bits.
    init(using generator: inout some RandomNumberGenerator) {
        let digits = (0..<2).map { _ in
            let digits = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        text = "req_" + digits.joined()
    }

    /// The caller's when it is sane, a new one otherwise.
    static func choose(_ proposed: String?) -> RequestID {
        var generator = SystemRandomNumberGenerator()
        return proposed.flatMap(RequestID.init(accepting:)) ?? RequestID(using: &generator)
    }
}
