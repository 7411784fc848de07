/// Writes a DNS message, each name's known end as a pointer.
struct DNSWriter {
    /// Where a pointer can lead.
    private static let pointerRange = 1 << 14

    private(set) var bytes: [UInt8] = []
    private var places: [DNSName: Int] = [:]

    mutating func write(_ message: DNSMessage) throws(DNSError) {
        let sections = [message.answers, message.authorities, message.additionals]
        guard message.questions.count <= DNSLimits.questions,
            sections.reduce(0, { $0 + $1.count }) <= DNSLimits.records
        else { throw .tooMany }
        write(message.id)
        write(message.flags)
        write(UInt16(message.questions.count))
        for section in sections { write(UInt16(section.count)) }
        for question in message.questions {
            try write(question.name)
            write(question.type.number)
            write(question.dnsClass & 0x7fff | (question.wantsUnicast ? 0x8000 : 0))
        }
        for record in sections.joined() { try write(record) }
        guard bytes.count <= DNSLimits.messageLength else { throw .messageTooLong }
    }

    private mutating func write(_ record: DNSRecord) throws(DNSError) {
        try write(record.name)
        write(record.content.type.number)
        write(record.dnsClass & 0x7fff | (record.flushesCache ? 0x8000 : 0))
        write(UInt16(truncatingIfNeeded: record.timeToLive >> 16))
        write(UInt16(truncatingIfNeeded: record.timeToLive))
        let lengthAt = bytes.count
        write(UInt16(0))
        switch record.content {
        case .pointer(let name): try write(name)
        case .text(let strings):
            for string in strings {
                guard let length = UInt8(exactly: string.count) else { throw .valueTooLong }
                bytes.append(length)
                bytes += string
            }
        case .other(_, let value): bytes += value
        }
        guard let length = UInt16(exactly: bytes.count - lengthAt - 2) else { throw .valueTooLong }
        bytes[lengthAt] = UInt8(length >> 8)
        bytes[lengthAt + 1] = UInt8(truncatingIfNeeded: length)
    }

    private mutating func write(_ name: DNSName) throws(DNSError) {
        var rest = name.labels[...]
        while let label = rest.first {
            let suffix = try DNSName(labels: Array(rest))
            if let place = places[suffix] {
                return write(0xc000 | UInt16(place))
            }
            if bytes.count < Self.pointerRange { places[suffix] = bytes.count }
            bytes.append(UInt8(truncatingIfNeeded: label.count))
            bytes += label
            rest = rest.dropFirst()
        }
        bytes.append(0)
    }

    private mutating func write(_ value: UInt16) {
        bytes.append(UInt8(value >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value))
    }
}

extension DNSMessage {
    /// Reads a datagram whole: whatever is wrong with a part of it is wrong with all of it.
    public init(decoding bytes: [UInt8]) throws(DNSError) {
        var reader = try DNSReader(bytes)
        self = try reader.message()
    }

    /// The bytes of a datagram.
    /// - Throws: for more than ``DNSLimits`` allows, and for values that are too long for their length.
    public func encoded() throws(DNSError) -> [UInt8] {
        var writer = DNSWriter()
        try writer.write(self)
        return writer.bytes
    }
}
