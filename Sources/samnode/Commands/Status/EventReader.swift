/// Takes the events out of a stream of server-sent events
/// (https://html.spec.whatwg.org/multipage/server-sent-events.html), however the stream is cut.
struct EventReader: Sendable {
    struct Event: Equatable, Sendable {
        /// `message` when it has none.
        var name: String
        var data: String
    }

    private let capacity: Int
    private var line: [UInt8] = []
    private var name: String?
    private var data: [String] = []
    private var held = 0

    /// - Parameter capacity: bytes of one event at most.
    init(capacity: Int) {
        self.capacity = capacity
    }

    /// The events that `bytes` completes.
    mutating func receive(_ bytes: some Sequence<UInt8>) throws(ConsoleError) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                held += 1
                guard held <= capacity else {
                    throw ConsoleError(.data, "the node sends an event of more than \(capacity) bytes")
                }
                line.append(byte)
                continue
            }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            if let event = takeLine() { events.append(event) }
        }
        return events
    }

    /// The event that the line ends; nil for all lines but empty ones.
    private mutating func takeLine() -> Event? {
        defer { line = [] }
        guard !line.isEmpty else {
            defer { (name, data, held) = (nil, [], 0) }
            return data.isEmpty ? nil : Event(name: name ?? "message", data: data.joined(separator: "\n"))
        }
        let text = String(decoding: line, as: UTF8.self)
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count > 1 ? String(parts[1].hasPrefix(" ") ? parts[1].dropFirst() : parts[1]) : ""
        switch parts[0] {
        case "event": name = value
        case "data": data.append(value)
        default: break
        }
        return nil
    }
}
