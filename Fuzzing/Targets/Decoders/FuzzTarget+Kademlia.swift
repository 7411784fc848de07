import Overlay

extension FuzzTarget {
    /// What members say to each other about the overlay's topology and about advertisements.
    static func kademlia(_ samples: Samples) -> [FuzzTarget] {
        [
            .codec(
                "kademlia", "messages about topology and advertisements",
                samples: samples.kademliaMessages.map { $0.encode().array },
                decode: { try KademliaMessage(decoding: Bytes(bytes: $0)) }, encode: { $0.encode().array }),
            .codec(
                "dial-back", "datagrams that only carry a nonce",
                samples: [DialBackPacket.encode(samples.dialBackNonce)],
                decode: { try require(DialBackPacket($0)) }, encode: { DialBackPacket.encode($0.nonce) }),
        ]
    }

    /// What everybody on the local network can say.
    static func discovery(_ samples: Samples) throws -> [FuzzTarget] {
        let words = ["_sam-mesh", "_udp", "local", "_services", "_dns-sd"].map {
            [UInt8($0.utf8.count)] + Array($0.utf8)
        }
        return [
            .codec(
                "dns", "messages of multicast DNS", samples: try samples.dnsMessages().map { try $0.encoded() },
                words: words + [[0xC0, 0x0C], [0xC0, 0x00], [0x00], [0x3F]],
                decode: { try DNSMessage(decoding: $0) },
                encode: { message in
                    do throws(DNSError) {
                        return try message.encoded()
                    } catch {
                        // A reader takes more than a writer may write; what is too long cannot be compared.
                        return []
                    }
                })
        ]
    }
}

extension Samples {
    /// One of each kind, with records and with advertisements.
    var kademliaMessages: [KademliaMessage] {
        let (key, topic) = (NodeKey(bytes: words[0]), Self.topic.key)
        let ticket = Ticket(bytes: words[1])
        return [
            .findNode(request: 1, target: key, count: 20), .findNode(request: 9, target: key, count: 0, skip: 3),
            .nodes(request: 1, records: contacts.map(\.bytes), hasMore: true), .nodes(request: 2, records: []),
            .contact(record: contacts[0].bytes), .askTicket(request: 2, topic: topic),
            .register(request: 3, topic: topic, ticket: ticket, advertisement: entries[0].bytes),
            .registration(request: 3, .waiting(.seconds(10), ticket)),
            .registration(request: 3, .registered(.hours(1))),
            .registration(request: 3, .refused), .findAdvertisements(request: 4, topic: topic, count: 20, skip: 1),
            .advertisements(request: 4, entries.map(\.bytes), hasMore: false),
            .askDialBack(request: 5, port: 4_001, nonce: dialBackNonce),
            .dialBack(request: 5, DialBackAnswer(isSent: true, seen: Self.seen[0])),
            .dialBack(request: 6, DialBackAnswer(isSent: false, seen: Self.seen[1])),
        ]
    }

    var dialBackNonce: DialBackNonce {
        guard let nonce = DialBackNonce(Array(words[0].array.prefix(DialBackNonce.length))) else {
            preconditionFailure("a word has fewer bytes than a nonce")
        }
        return nonce
    }

    /// One place of each family.
    private static let seen = [
        UDPEndpoint(ip: .v4(0xC000_0201), port: 4_001),
        UDPEndpoint(ip: .v6(high: 0x2001_0DB8_0000_0000, low: 1), port: 4_002),
    ]

    /// A question with a known answer, and an announcement.
    func dnsMessages() throws -> [DNSMessage] {
        let type = try DNSName("_sam-mesh._udp.local")
        let instance = try DNSName("abc._sam-mesh._udp.local")
        let lines = ["mesh=\(mesh.bytes)"] + addresses.map { "dnsaddr=\($0.with(peer: peers[1]).text)" }
        var question = DNSMessage()
        question.questions = [
            DNSQuestion(type, .pointer), DNSQuestion(try DNSName("_services._dns-sd._udp.local"), .any),
        ]
        question.answers = [DNSRecord(type, .pointer(instance), timeToLive: 4_500)]
        var answer = DNSMessage()
        answer.flags = 0x8400
        answer.answers = [DNSRecord(type, .pointer(instance), timeToLive: 4_500)]
        answer.additionals = [
            DNSRecord(
                instance, .text(lines.filter { $0.utf8.count < 256 }.map { Array($0.utf8) }), timeToLive: 4_500,
                flushesCache: true),
            DNSRecord(instance, .other(DNSType(number: 1), [192, 0, 2, 1]), timeToLive: 120),
        ]
        return [question, answer]
    }
}
