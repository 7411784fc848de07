import Testing

@testable import Overlay

@Suite struct ContactRecordTests {
    typealias Fixtures = RoutingFixtures

    private func refusal(_ bytes: [UInt8], at now: WallTime = Fixtures.start) -> ContactRefusal? {
        do throws(ContactRefusal) {
            try ContactRecord(decoding: bytes).verify(at: now)
            return nil
        } catch {
            return error
        }
    }

    /// A body signed as it is, whatever it says.
    private func signed(_ body: [UInt8], by identity: Identity) -> [UInt8] {
        body + identity.sign(ContactRecord.signedMessage(body))
    }

    @Test func keepsWhatWasSigned() throws {
        var fixtures = Fixtures(seed: 1)
        let identity = fixtures.identity()
        let addresses = ["/ip4/192.0.2.1/tcp/4001", "/ip6/2001:db8::1/udp/4001", "/dns/node.example/tcp/1"]
        let record = try Fixtures.record(identity, sequence: 7, ttl: .hours(24), addresses: addresses)
        let read = try ContactRecord(decoding: record.bytes)
        try read.verify(at: Fixtures.start)
        #expect(read.bytes == record.bytes)
        #expect(read.peer == identity.peerID)
        #expect(read.key == NodeKey(identity.peerID))
        #expect(read.contact.sequence == 7)
        #expect(read.contact.issuedAt == Fixtures.start)
        #expect(read.contact.expiresAt == Fixtures.start + .hours(24))
        #expect(read.contact.renewsAt == Fixtures.start + .hours(12))
        #expect(read.contact.roles == .server)
        #expect(read.contact.addresses == addresses.map(Fixtures.address))
    }

    @Test func hasTheDocumentedBytes() throws {
        let identity = try #require(Identity(seed: [UInt8](0..<32)))
        let record = try ContactRecord(
            signedBy: identity, sequence: 0x0102, issuedAt: WallTime(milliseconds: 0x0a0b), timeToLive: .hours(1),
            roles: .server, addresses: [Fixtures.address("/ip4/127.0.0.1/tcp/4001")])
        let body: [UInt8] =
            [1, 1] + identity.publicKey.bytes.array + [0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0x0a, 0x0b]
            + [0, 0, 0x0e, 0x10, 1, 8, 4, 127, 0, 0, 1, 6, 0x0f, 0xa1]
        #expect(record.bytes == body + identity.sign(Array("sam contact v1\0".utf8) + body))
    }

    @Test func refusesEveryFlippedBit() throws {
        var fixtures = Fixtures(seed: 2)
        let bytes = try fixtures.record().bytes
        for bit in 0..<bytes.count * 8 {
            var forged = bytes
            forged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(refusal(forged) != nil, "bit \(bit)")
        }
    }

    @Test func refusesEveryCut() throws {
        var fixtures = Fixtures(seed: 3)
        let bytes = try fixtures.record().bytes
        for length in 0..<bytes.count { #expect(refusal(Array(bytes.prefix(length))) != nil) }
        #expect(refusal(bytes + [0]) == .malformed(.trailingBytes))
    }

    @Test func refusesAnotherSigner() throws {
        var fixtures = Fixtures(seed: 4)
        let (owner, forger) = (fixtures.identity(), fixtures.identity())
        let body = try Array(Fixtures.record(owner).bytes.dropLast(64))
        #expect(refusal(signed(body, by: owner)) == nil)
        #expect(refusal(signed(body, by: forger)) == .badSignature)
    }

    @Test func refusesTheSignatureOfAnotherDomain() throws {
        var fixtures = Fixtures(seed: 5)
        let identity = fixtures.identity()
        let body = try Array(Fixtures.record(identity).bytes.dropLast(64))
        #expect(refusal(body + identity.sign(body)) == .badSignature)
        #expect(refusal(body + identity.sign(Array("sam entry v1\0".utf8) + body)) == .badSignature)
    }

    @Test func allowsForSkewOnBothSides() throws {
        var fixtures = Fixtures(seed: 6)
        let bytes = try Fixtures.record(fixtures.identity(), ttl: .hours(1)).bytes
        let end = Fixtures.start + .hours(1)
        #expect(refusal(bytes, at: Fixtures.start - .seconds(120)) == nil)
        #expect(refusal(bytes, at: Fixtures.start - .seconds(121)) == .fromTheFuture(.seconds(121)))
        #expect(refusal(bytes, at: end + .seconds(120)) == nil)
        #expect(refusal(bytes, at: end + .seconds(121)) == .expired(.seconds(121)))
        #expect(refusal(bytes, at: WallTime(milliseconds: .max)) != nil)
        #expect(refusal(bytes, at: WallTime(milliseconds: 0)) != nil)
    }

    @Test func boundsItsSizes() throws {
        var fixtures = Fixtures(seed: 7)
        let identity = fixtures.identity()
        let one = "/ip4/192.0.2.1/tcp/4001"
        func attempt(_ addresses: [String], ttl: TimeSpan = .hours(1)) -> ContactRefusal? {
            do throws(ContactRefusal) {
                _ = try ContactRecord(
                    signedBy: identity, sequence: 1, issuedAt: Fixtures.start, timeToLive: ttl, roles: [],
                    addresses: addresses.map(Fixtures.address))
                return nil
            } catch {
                return error
            }
        }
        #expect(attempt([]) == nil)
        #expect(attempt(Array(repeating: one, count: 8)) == nil)
        #expect(attempt(Array(repeating: one, count: 9)) == .tooManyAddresses(9))
        #expect(attempt(["/dns/" + String(repeating: "a", count: 123) + "/tcp/1"]) == nil)
        #expect(attempt(["/dns/" + String(repeating: "a", count: 124) + "/tcp/1"]) == .badAddressLength(129))
        let long = "/dns/" + String(repeating: "a", count: 95) + "/tcp/1"
        #expect(attempt(Array(repeating: long, count: 4)) == .tooLong(119 + 4 * 101))
        #expect(attempt([one], ttl: .zero) == .badTimeToLive(.zero))
        #expect(attempt([one], ttl: .hours(25)) == .badTimeToLive(.hours(25)))
    }

    @Test func refusesSignedNonsense() throws {
        var fixtures = Fixtures(seed: 8)
        let identity = fixtures.identity()
        let body = try Array(Fixtures.record(identity).bytes.dropLast(64))
        var version = body
        version[0] = 2
        #expect(refusal(signed(version, by: identity)) == .unknownVersion(2))
        var crowded = body
        crowded[54] = 200
        #expect(refusal(signed(crowded, by: identity)) == .tooManyAddresses(200))
        var address = body
        address[56] = 0xff
        guard case .malformed = refusal(signed(address, by: identity)) else {
            Issue.record("an unknown address protocol was accepted")
            return
        }
        var future = body
        for index in 42..<50 { future[index] = 0xff }
        guard case .fromTheFuture = refusal(signed(future, by: identity)) else {
            Issue.record("a record from the end of time was accepted")
            return
        }
    }

    @Test func survivesGarbage() {
        let seed: UInt64 = 9
        print("seed \(seed)")
        var random = RandomSource(seed: seed)
        for _ in 0..<5_000 {
            var bytes = random.bytes(random.below(600))
            if !bytes.isEmpty, random.below(2) == 0 { bytes[0] = 1 }
            #expect(refusal(bytes) != nil)
        }
    }

    @Test func keepsUnknownRoles() throws {
        var fixtures = Fixtures(seed: 10)
        let record = try Fixtures.record(fixtures.identity(), roles: ContactRoles(rawValue: 0x81))
        let read = try ContactRecord(decoding: record.bytes)
        try read.verify(at: Fixtures.start)
        #expect(read.contact.roles.rawValue == 0x81)
        #expect(read.contact.roles.contains(.server))
    }

    @Test func newestSequenceWins() throws {
        var fixtures = Fixtures(seed: 11)
        let identity = fixtures.identity()
        let old = try Fixtures.record(identity, sequence: 1, at: Fixtures.start + .seconds(60))
        let new = try Fixtures.record(identity, sequence: 2)
        #expect(new.isNewer(than: old))
        #expect(!old.isNewer(than: new))
        #expect(!new.isNewer(than: new))
    }
}
