/// Reads a DNS message. Names may point back into it, so the whole of it stays at hand.
struct DNSReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) throws(DNSError) {
        guard bytes.count <= DNSLimits.messageLength else { throw .messageTooLong }
        self.bytes = bytes
    }

    mutating func message() throws(DNSError) -> DNSMessage {
        var message = DNSMessage()
        message.id = try uint16()
        message.flags = try uint16()
        let counts = (try uint16(), try uint16(), try uint16(), try uint16())
        guard Int(counts.0) <= DNSLimits.questions,
            Int(counts.1) + Int(counts.2) + Int(counts.3) <= DNSLimits.records
        else { throw .tooMany }
        for _ in 0..<counts.0 { message.questions.append(try question()) }
        for _ in 0..<counts.1 { message.answers.append(try record()) }
        for _ in 0..<counts.2 { message.authorities.append(try record()) }
        for _ in 0..<counts.3 { message.additionals.append(try record()) }
        guard position == bytes.count else { throw .trailingBytes }
        return message
    }

    private mutating func question() throws(DNSError) -> DNSQuestion {
        let name = try name()
        let type = DNSType(number: try uint16())
        let bits = try uint16()
        return DNSQuestion(name, type, dnsClass: bits & 0x7fff, wantsUnicast: bits & 0x8000 != 0)
    }

    private mutating func record() throws(DNSError) -> DNSRecord {
        let name = try name()
        let type = DNSType(number: try uint16())
        let bits = try uint16()
        let timeToLive = UInt32(try uint16()) << 16 | UInt32(try uint16())
        let length = Int(try uint16())
        guard length <= bytes.count - position else { throw .truncated }
        return DNSRecord(
            name, try content(type, end: position + length), timeToLive: timeToLive, flushesCache: bits & 0x8000 != 0,
            dnsClass: bits & 0x7fff)
    }

    /// - Parameter end: where the value ends, inside the message.
    private mutating func content(_ type: DNSType, end: Int) throws(DNSError) -> DNSRecord.Content {
        switch type {
        case .pointer:
            let target = try name()
            guard position == end else { throw position < end ? .trailingBytes : .truncated }
            return .pointer(target)
        case .text:
            var strings: [[UInt8]] = []
            while position < end {
                let length = Int(try uint8())
                guard length <= end - position else { throw .truncated }
                strings.append(Array(bytes[position..<(position + length)]))
                position += length
            }
            return .text(strings)
        default:
            defer { position = end }
            return .other(type, Array(bytes[position..<end]))
        }
    }

    /// A name, whose end may stand elsewhere. Every pointer must lead to before where the part that it ends began, so
    /// that following them comes to an end (RFC 1035 section 4.1.4).
    private mutating func name() throws(DNSError) -> DNSName {
        var labels: [[UInt8]] = []
        var length = 1
        var cursor = position
        var bound = position
        var end: Int?
        while true {
            let head = Int(try byte(at: cursor))
            switch head >> 6 {
            case 0 where head == 0:
                position = end ?? cursor + 1
                return try DNSName(labels: labels)
            case 0:
                guard head < bytes.count - cursor else { throw .truncated }
                length += head + 1
                guard length <= DNSLimits.nameLength else { throw .nameTooLong }
                labels.append(Array(bytes[(cursor + 1)...(cursor + head)]))
                cursor += head + 1
            case 3:
                let target = (head & 0x3f) << 8 | Int(try byte(at: cursor + 1))
                guard target < bound else { throw .pointer }
                end = end ?? cursor + 2
                bound = target
                cursor = target
            default:
                throw .label
            }
        }
    }

    private func byte(at index: Int) throws(DNSError) -> UInt8 {
        guard bytes.indices.contains(index) else { throw .truncated }
        return bytes[index]
    }

    private mutating func uint8() throws(DNSError) -> UInt8 {
        let value = try byte(at: position)
        position += 1
        return value
    }

    private mutating func uint16() throws(DNSError) -> UInt16 {
        UInt16(try uint8()) << 8 | UInt16(try uint8())
    }
}
