import Testing

@testable import Overlay

/// DNS messages as bytes.
struct DNSMessageTests {
    private static let name: [UInt8] =
        [9] + Array("_sam-mesh".utf8) + [4] + Array("_udp".utf8) + [5] + Array("local".utf8) + [0]
    /// As any implementation of multicast DNS asks.
    private static let query: [UInt8] = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0] + name + [0, 12, 0x80, 1]

    private func service() throws -> DNSName { try DNSName("_sam-mesh._udp.local") }

    @Test func aQueryIsRead() throws {
        let message = try DNSMessage(decoding: Self.query)
        #expect(!message.isResponse && !message.isTruncated && message.isOrdinary)
        #expect(message.questions == [DNSQuestion(try service(), .pointer, wantsUnicast: true)])
        #expect(try message.encoded() == Self.query)
    }

    @Test func aResponseHasPointersBack() throws {
        var message = DNSMessage()
        message.flags = DNSMessage.responseFlags
        let instance = try DNSName("abc._sam-mesh._udp.local")
        message.answers = [DNSRecord(try service(), .pointer(instance), timeToLive: 4_500)]
        message.additionals = [
            DNSRecord(instance, .text([Array("a=b".utf8), []]), timeToLive: 4_500, flushesCache: true)
        ]
        let expected: [UInt8] =
            [0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 1] + Self.name + [0, 12, 0, 1, 0, 0, 0x11, 0x94, 0, 6]
            + [3] + Array("abc".utf8) + [0xc0, 12] + [0xc0, 44, 0, 16, 0x80, 1, 0, 0, 0x11, 0x94, 0, 5, 3]
            + Array("a=b".utf8) + [0]
        #expect(try message.encoded() == expected)
        #expect(try DNSMessage(decoding: expected) == message)
    }

    @Test func namesAreEqualWithoutRegardToCase() throws {
        #expect(try DNSName("_SAM-mesh._UDP.Local") == service())
        #expect(try DNSName("x._SAM-mesh._udp.local").isChild(of: service()))
        #expect(try !DNSName("x.y._sam-mesh._udp.local").isChild(of: service()))
        #expect(try !service().isChild(of: service()))
        // Only letters have a case.
        #expect(try DNSName("@") != DNSName("`"))
    }

    private func error(_ bytes: [UInt8]) -> DNSError? {
        do throws(DNSError) {
            _ = try DNSMessage(decoding: bytes)
            return nil
        } catch {
            return error
        }
    }

    private static let head: [UInt8] = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]

    @Test func pointersCannotLoop() {
        // To itself, forwards, beyond the end, and to a place that leads back.
        for pointer: [UInt8] in [[0xc0, 12], [0xc0, 14], [0xff, 0xff], [1, 0x61, 0xc0, 12]] {
            #expect(error(Self.head + pointer + [0, 12, 0, 1]) == .pointer, "\(pointer)")
        }
    }

    @Test func aChainOfPointersIsBounded() throws {
        // Every pointer leads to the one before it; the first to a label.
        var bytes: [UInt8] = [0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1, 0x61, 0, 0, 12, 0, 1]
        bytes += [0xc0, 12, 0, 12, 0, 1]
        #expect(try DNSMessage(decoding: bytes).questions.map(\.name.description) == ["a", "a"])
        // A label before each pointer makes the name longer until it is too long.
        var long: [UInt8] = [0, 0, 0, 0, 0, 20, 0, 0, 0, 0, 0, 0]
        var last = 0
        for index in 0..<20 {
            let place = long.count
            long += [60] + [UInt8](repeating: 0x61, count: 60)
            long += index == 0 ? [0] : [0xc0 | UInt8(last >> 8), UInt8(truncatingIfNeeded: last)]
            long += [0, 12, 0, 1]
            last = place
        }
        #expect(error(long) == .nameTooLong)
    }

    @Test func whatIsWrongHasAReason() {
        #expect(error([]) == .truncated)
        #expect(error(Self.query + [0]) == .trailingBytes)
        #expect(error(Self.head + [0x40, 0, 0, 12, 0, 1]) == .label)
        #expect(error(Self.head + [0x80, 0, 0, 12, 0, 1]) == .label)
        #expect(error([UInt8](repeating: 0, count: DNSLimits.messageLength + 1)) == .messageTooLong)
        #expect(error([0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0]) == .tooMany)
        #expect(error([0, 0, 0, 0, 0, 0, 0x80, 0, 0x80, 0, 0, 0]) == .tooMany)
        let record: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]
        #expect(error(record + [0, 16, 0, 1, 0, 0, 0, 0, 0, 2, 5, 1]) == .truncated)
        #expect(error(record + [0, 12, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0]) == .trailingBytes)
        #expect(error(record + [0, 12, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0x61, 0]) == .truncated)
        #expect(error(record + [0, 99, 0, 1, 0, 0, 0, 0, 0xff, 0xff]) == .truncated)
    }

    @Test func valuesThatFitNowhereAreRefused() throws {
        #expect(throws: DNSError.label) { try DNSName("a..b") }
        #expect(throws: DNSError.label) { try DNSName(String(repeating: "a", count: 64)) }
        let label = String(repeating: "a", count: 63)
        #expect(throws: DNSError.nameTooLong) { try DNSName([label, label, label, label].joined(separator: ".")) }
        var message = DNSMessage()
        message.answers = [DNSRecord(try service(), .text([[UInt8](repeating: 0, count: 256)]), timeToLive: 1)]
        #expect(throws: DNSError.valueTooLong) { try message.encoded() }
        message.answers = [DNSRecord(try service(), .other(.any, [UInt8](repeating: 0, count: 9_000)), timeToLive: 1)]
        #expect(throws: DNSError.messageTooLong) { try message.encoded() }
        message.answers = Array(repeating: DNSRecord(try service(), .text([]), timeToLive: 1), count: 257)
        #expect(throws: DNSError.tooMany) { try message.encoded() }
    }

    private static func drawn(_ random: inout RandomSource) throws -> DNSMessage {
        func name(_ random: inout RandomSource) throws -> DNSName {
            let parts = ["a", "B", "_udp", "local", "x y", "\u{e9}"]
            return try DNSName(labels: (0..<random.below(5)).map { _ in Array(parts[random.below(parts.count)].utf8) })
        }
        func record(_ random: inout RandomSource) throws -> DNSRecord {
            let content: DNSRecord.Content =
                switch random.below(3) {
                case 0: .pointer(try name(&random))
                case 1: .text((0..<random.below(4)).map { _ in random.bytes(random.below(40)) })
                default: .other(DNSType(number: 33), random.bytes(random.below(30)))
                }
            return DNSRecord(
                try name(&random), content, timeToLive: UInt32(random.below(1 << 32)),
                flushesCache: random.below(2) == 0, dnsClass: UInt16(random.below(0x8000)))
        }
        var message = DNSMessage()
        message.id = UInt16(random.below(1 << 16))
        message.flags = UInt16(random.below(1 << 16))
        for _ in 0..<random.below(4) {
            message.questions.append(
                DNSQuestion(
                    try name(&random), DNSType(number: UInt16(random.below(300))), wantsUnicast: random.below(2) == 0))
        }
        for _ in 0..<random.below(5) { message.answers.append(try record(&random)) }
        for _ in 0..<random.below(3) { message.authorities.append(try record(&random)) }
        for _ in 0..<random.below(3) { message.additionals.append(try record(&random)) }
        return message
    }

    @Test(arguments: 0..<UInt64(200)) func messagesAreReadBack(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let message = try Self.drawn(&random)
        #expect(try DNSMessage(decoding: message.encoded()) == message, "seed \(seed)")
    }

    @Test(arguments: 0..<UInt64(100)) func noBeginningIsAMessage(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let bytes = try Self.drawn(&random).encoded()
        for length in bytes.indices {
            #expect(error(Array(bytes[..<length])) == .truncated, "seed \(seed), length \(length)")
        }
    }

    @Test(arguments: 0..<UInt64(200)) func garbageIsReadOrRefused(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let good = try Self.drawn(&random).encoded()
        for round in 0..<100 {
            var bytes = round % 4 == 0 ? random.bytes(random.below(600)) : good
            for _ in 0..<(1 + random.below(6)) where !bytes.isEmpty {
                bytes[random.below(bytes.count)] = random.below(3) == 0 ? 0xc0 : UInt8(random.below(256))
            }
            if let message = try? DNSMessage(decoding: bytes) {
                // What was read can be written, unless its pointers stood for more than a message holds.
                let again = try? message.encoded()
                if let again { #expect(try DNSMessage(decoding: again) == message, "seed \(seed)") }
            }
        }
    }
}
