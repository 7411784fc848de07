/// Takes the `data:` lines out of a stream of server-sent events
/// (https://html.spec.whatwg.org/multipage/server-sent-events.html), however the stream is cut. OpenAI's API never
/// spreads an event over several of them.
struct EventLines: Sendable {
    /// A line was longer than the limit.
    struct TooLong: Error {}

    private let capacity: Int
    private var partial: [UInt8] = []
    private var followsReturn = false

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// The data of every line that `bytes` completes.
    mutating func receive(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [String] {
        var data: [String] = []
        for byte in bytes {
            let isLineFeed = byte == UInt8(ascii: "\n")
            let isReturn = byte == UInt8(ascii: "\r")
            // A return and a line feed end one line together.
            let endsAgain = isLineFeed && followsReturn
            followsReturn = isReturn
            guard isLineFeed || isReturn else {
                guard partial.count < capacity else { throw TooLong() }
                partial.append(byte)
                continue
            }
            if !endsAgain, let content = takeLine() { data.append(content) }
        }
        return data
    }

    /// The data of the line that has ended; nil when it holds none.
    private mutating func takeLine() -> String? {
        defer { partial = [] }
        let field = Array("data:".utf8)
        guard partial.starts(with: field) else { return nil }
        let value = partial.dropFirst(field.count)
        return String(decoding: value.first == UInt8(ascii: " ") ? value.dropFirst() : value, as: UTF8.self)
    }
}
