import Testing

@testable import Overlay

/// Cursors, codecs and addresses beyond what the shared vectors hold.
@Suite struct WireTests {
    @Test(arguments: 1...50) func readerAndWriterAgree(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let (small, large) = (UInt16(truncatingIfNeeded: random.next()), random.next() >> 1)
        let data = random.bytes(random.below(300))
        let key = try #require(Bytes32(random.bytes(32)))
        var writer = Writer()
        writer.uint8(7)
        writer.uint16(small)
        writer.uint32(UInt32(small))
        writer.uint64(large)
        writer.varint(large)
        writer.delimited(data)
        writer.bytes32(key)
        writer.text("grüße")
        let encoded = writer.array
        var reader = Reader(encoded)
        #expect(try reader.uint8() == 7)
        #expect(try reader.uint16() == small)
        #expect(try reader.uint32() == UInt32(small))
        #expect(try reader.uint64() == large)
        #expect(try reader.varint() == large)
        #expect(try reader.delimited(limit: 300).array == data)
        #expect(try reader.bytes32() == key)
        #expect(try reader.text(limit: 10) == "grüße")
        try reader.end()
        for length in encoded.indices {
            var cut = Reader(Array(encoded.prefix(length)))
            #expect(throws: WireError.self) { try readAll(&cut) }
        }
    }

    private func readAll(_ reader: inout Reader) throws {
        _ = try (reader.uint8(), reader.uint16(), reader.uint32(), reader.uint64(), reader.varint())
        _ = try (reader.delimited(limit: 300), reader.bytes32(), reader.text(limit: 10))
    }

    @Test func readerRefuses() {
        var tooLong = Reader([5, 1, 2, 3, 4, 5])
        #expect(throws: WireError.tooLong(limit: 4)) { try tooLong.delimited(limit: 4) }
        var badText = Reader([2, 0xc3, 0x28])
        #expect(throws: WireError.badText) { try badText.text(limit: 10) }
        #expect(throws: WireError.trailingBytes) { try Reader([1]).end() }
        var huge = Reader([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0])
        #expect(throws: WireError.truncated) { try huge.delimited(limit: .max) }
    }

    @Test(arguments: 1...500) func decodersSurviveGarbage(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var bytes = random.bytes(random.below(120))
        if random.below(2) == 0 {
            bytes = mutated(&random)
        }
        _ = try? Multiaddr(bytes).text
        _ = try? PeerID(bytes)
        _ = try? LibP2PPublicKey(bytes)
        _ = try? IdentifyInfo(bytes)
        _ = try? PeerRecord(sealed: bytes)
        _ = try? NoisePayload(bytes, proving: .zero)
        let text = String(decoding: bytes, as: UTF8.self)
        _ = try? Multiaddr(text: "/" + text)
        _ = try? LibP2PPeerID(text: text)
        _ = try? Multibase.decode(text)
        _ = IPAddress(text)
    }

    /// A true identify message with a few bytes changed.
    private func mutated(_ random: inout RandomSource) -> [UInt8] {
        let identity = Identity(random: &random)
        var info = IdentifyInfo()
        info.publicKey = identity.publicKey
        info.listenAddresses = [Multiaddr(ip: .v4(1), tcp: 2)]
        info.signedPeerRecord =
            PeerRecord.sealed(sequence: 1, addresses: info.listenAddresses, by: identity).encoded
        var bytes = info.encoded
        for _ in 0...random.below(4) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
        return bytes
    }

    @Test(arguments: 1...200) func basesAreInverse(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let bytes = [UInt8](repeating: 0, count: random.below(4)) + random.bytes(random.below(60))
        for base in Multibase.allCases {
            #expect(try Multibase.decode(base.encode(bytes)).bytes == bytes, "\(base), seed \(seed)")
        }
        #expect(try Hexadecimal.decode(Hexadecimal.encode(bytes)) == bytes)
    }

    @Test func protobufRefusesMalformedFields() {
        let malformed: [[UInt8]] = [
            [0x0a, 5, 1], [0x08], [0x08, 0x80], [0x00, 1], [0x0b], [0x0c], [0x09, 1, 2], [0x0d, 1],
            [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        ]
        for bytes in malformed {
            #expect(throws: WireError.self, "\(bytes)") {
                var reader = ProtobufReader(bytes)
                while try reader.next() != nil {}
            }
        }
    }

    @Test func printsAddresses() throws {
        let texts = [
            "::", "::1", "1::", "2001:db8::1", "2001:db8:0:1:1:1:1:1", "1:0:0:2::3", "::ffff:192.0.2.1", "0.0.0.0",
            "255.255.255.255", "fe80::1:2:3:4",
        ]
        for text in texts { #expect(IPAddress(text)?.description == text) }
        for text in [
            "", "1", "1.2.3", "01.2.3.4", "1.2.3.256", ":", ":::", "1::2::3", "12345::", "1:2:3:4:5:6:7", "g::",
        ] {
            #expect(IPAddress(text) == nil, "\(text)")
        }
    }

    @Test func addressesNameTheirParts() throws {
        var random = RandomSource(seed: 1)
        let peer = Identity(random: &random).peerID
        let address = Multiaddr(ip: .v4(0x0102_0304), tcp: 4_001)
        #expect(address.text == "/ip4/1.2.3.4/tcp/4001")
        #expect(address.with(peer: peer).text == "/ip4/1.2.3.4/tcp/4001/p2p/\(peer)")
        #expect(address.with(peer: peer).peer == peer && address.peer == nil)
        #expect(address.with(peer: peer).withoutPeer == address)
        #expect(address.ip == .v4(0x0102_0304) && address.tcpPort == 4_001 && address.udpPort == nil)
        #expect(try Multiaddr(text: "/dns4/example.org/udp/53").host == "example.org")
        #expect(try Multiaddr(text: "/dns4/example.org/udp/53").udpPort == 53)
    }

    @Test func keysAreOrderedAsNumbers() throws {
        var random = RandomSource(seed: 2)
        for _ in 0..<200 {
            let (left, right) = (random.bytes(32), random.bytes(32))
            let (a, b) = (try #require(Bytes32(left)), try #require(Bytes32(right)))
            #expect((a < b) == left.lexicographicallyPrecedes(right))
            #expect((a ^ b).array == zip(left, right).map { $0 ^ $1 })
        }
        #expect(Bytes32.zero.leadingZeroBitCount == 256)
        for bit in 0..<256 {
            var bytes = [UInt8](repeating: 0, count: 32)
            bytes[bit / 8] = 0x80 >> UInt8(bit % 8)
            #expect(try #require(Bytes32(bytes)).leadingZeroBitCount == bit)
        }
    }

    /// The key that others derive from the peer id belongs to the secret that this node derives.
    @Test func agreementKeysFitThePeerID() throws {
        var random = RandomSource(seed: 3)
        let (here, there) = (Identity(random: &random), Identity(random: &random))
        #expect(here.agreementKeys.publicKey == here.publicKey.agreementKey)
        let forward = X25519.agree(here.agreementKeys, with: try #require(there.publicKey.agreementKey))
        let backward = X25519.agree(there.agreementKeys, with: try #require(here.publicKey.agreementKey))
        #expect(forward != nil && forward == backward)
        #expect(PublicKey(bytes: .zero).agreementKey == nil)
    }

    /// RFC 7693, appendix A, and the keyed form.
    @Test func blake2b() throws {
        let expected =
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc95"
        let digest = BLAKE2b.hash(Array("abc".utf8), length: 64)
        #expect(Hexadecimal.encode(digest).hasPrefix(expected))
        #expect(BLAKE2b.hash([], key: [1]) != BLAKE2b.hash([]))
        #expect(BLAKE2b.hash([], length: 16, key: [1]).count == 16)
    }
}
