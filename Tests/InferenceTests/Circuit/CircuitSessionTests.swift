import Gossip
import Overlay
import Testing

@testable import Inference

struct CircuitSessionTests {
    /// Both ends of a session and who they are.
    private struct Ends {
        let caller: Identity
        let host: Identity
        var calling: CircuitSession
        var serving: CircuitSession
        let hello: Bytes

        init(seed: UInt64 = 1, hostMesh: MeshID? = nil, asked: PeerID? = nil, token: [UInt8] = [1, 2, 3]) throws {
            var random = RandomSource(seed: seed)
            caller = Identity(random: &random)
            host = Identity(random: &random)
            let mesh = try MeshAuthority().meshID
            let opened = CircuitSession.call(
                asked ?? host.peerID, identity: caller, meshID: mesh, token: token, random: random.fork())
            (calling, hello) = try #require(opened)
            serving = CircuitSession.answer(identity: host, meshID: hostMesh ?? mesh, random: random.fork())
        }

        /// Runs the handshake to its end.
        mutating func shakeHands() throws {
            _ = try serving.receive(hello)
            let reply = try present(serving.accept(token: [7, 8]))
            _ = try calling.receive(reply)
        }
    }

    private func bodies(_ events: [CircuitSession.Event]) -> [[UInt8]] {
        events.compactMap { event in
            guard case .record(.body(let content), _) = event else { return nil }
            return content.array
        }
    }

    private func wireLength(_ events: [CircuitSession.Event]) -> Int {
        events.reduce(0) { sum, event in
            switch event {
            case .ready(_, let length), .greeted(_, _, let length), .record(_, let length): sum + length
            }
        }
    }

    @Test(arguments: Cutting.allCases)
    func bothProveThemselvesAndShowTheirTokens(cutting: Cutting) throws {
        var random = RandomSource(seed: 9)
        var ends = try Ends()
        var atHost: [CircuitSession.Event] = []
        for piece in cutting.pieces(of: ends.hello, random: &random) { atHost += try ends.serving.receive(piece) }
        guard atHost.count == 1, case .greeted(let caller, let token, let length) = atHost[0] else {
            return #expect(Bool(false), "\(atHost)")
        }
        #expect(caller == ends.caller.peerID && token == [1, 2, 3] && length == ends.hello.readableBytes)
        let reply = try present(ends.serving.accept(token: [7, 8]))
        var atCaller: [CircuitSession.Event] = []
        for piece in cutting.pieces(of: reply, random: &random) { atCaller += try ends.calling.receive(piece) }
        guard atCaller.count == 1, case .ready(let hostToken, let replyLength) = atCaller[0] else {
            return #expect(Bool(false), "\(atCaller)")
        }
        #expect(hostToken == [7, 8] && replyLength == reply.readableBytes)
    }

    @Test("records pass both ways however the stream is cut", arguments: Cutting.allCases)
    func records(cutting: Cutting) throws {
        var random = RandomSource(seed: 10)
        var ends = try Ends()
        try ends.shakeHands()
        let sent = [0, 1, 100, CircuitRecord.longestBody].map { random.bytes($0) }
        for toHost in [true, false] {
            var stream = Bytes()
            for body in sent {
                let record = CircuitRecord.body(Bytes(bytes: body))
                let sealed = toHost ? ends.calling.seal(record) : ends.serving.seal(record)
                stream.writeImmutableBuffer(try present(sealed))
            }
            var events: [CircuitSession.Event] = []
            for piece in cutting.pieces(of: stream, random: &random) {
                events += toHost ? try ends.serving.receive(piece) : try ends.calling.receive(piece)
            }
            #expect(bodies(events) == sent)
            #expect(wireLength(events) == stream.readableBytes)
        }
    }

    @Test func nothingCanBeSealedBeforeTheHandshakeIsOver() throws {
        var ends = try Ends()
        #expect(ends.calling.seal(.end) == nil && ends.serving.seal(.end) == nil)
        #expect(ends.serving.accept(token: []) == nil)
        _ = try ends.serving.receive(ends.hello)
        #expect(ends.serving.seal(.end) == nil)
    }

    @Test func aRecordThatIsTooLongIsNotSealed() throws {
        var ends = try Ends()
        try ends.shakeHands()
        let fits = CircuitRecord.body(Bytes(bytes: [UInt8](repeating: 1, count: CircuitSettings.longestRecord - 1)))
        let tooLong = CircuitRecord.body(Bytes(bytes: [UInt8](repeating: 1, count: CircuitSettings.longestRecord)))
        #expect(ends.calling.seal(tooLong) == nil)
        let sealed = try present(ends.calling.seal(fits))
        #expect(bodies(try ends.serving.receive(sealed)).count == 1)
    }

    @Test func anotherHostCannotAnswer() throws {
        var ends = try Ends(asked: try AuthorizationFixture.peer(99))
        #expect(throws: CircuitError.notAuthentic) { try ends.serving.receive(ends.hello) }
        #expect(throws: CircuitError.unexpected) { try ends.serving.receive(ends.hello) }
    }

    @Test func anotherMeshCannotAnswer() throws {
        var ends = try Ends(hostMesh: try MeshAuthority(seed: 2).meshID)
        #expect(throws: CircuitError.notAuthentic) { try ends.serving.receive(ends.hello) }
    }

    @Test func theHostsTokenBytesCannotBeTheCallersPeerID() throws {
        var random = RandomSource(seed: 12)
        let (liar, host, victim) = (Identity(random: &random), Identity(random: &random), Identity(random: &random))
        let mesh = try MeshAuthority().meshID
        var handshake = try HandshakeState(
            pattern: .ik, role: .initiator, prologue: Array("sam circuit v1".utf8) + mesh.bytes.array,
            staticKeys: liar.agreementKeys, ephemeralKeys: X25519.KeyPair(random: &random),
            remoteStatic: host.publicKey.agreementKey)
        let message = try handshake.write(victim.publicKey.bytes.array + [1])
        var frame = Bytes()
        frame.writeShortBytes(message)
        var serving = CircuitSession.answer(identity: host, meshID: mesh, random: random.fork())
        #expect(throws: CircuitError.wrongPeer) { try serving.receive(frame) }
    }

    @Test func aHostThatIsNoPointOfTheCurveCannotBeCalled() throws {
        var random = RandomSource(seed: 13)
        let zero = PeerID(try #require(PublicKey([UInt8](repeating: 0, count: 32))))
        let mesh = try MeshAuthority().meshID
        let opened = CircuitSession.call(
            zero, identity: Identity(random: &random), meshID: mesh, token: [], random: random.fork())
        #expect(opened == nil)
    }

    // MARK: Damage

    @Test func everyTruncationWaits() throws {
        let ends = try Ends()
        for beginning in Fuzz.truncations(ends.hello.array) {
            var serving = ends.serving
            #expect(try serving.receive(Bytes(bytes: beginning)).isEmpty)
        }
    }

    @Test("a flipped bit anywhere in the handshake or a record is noticed")
    func flippedBits() throws {
        let seed: UInt64 = 5
        print("seed \(seed)")
        var random = RandomSource(seed: seed)
        var ends = try Ends()
        let fresh = ends
        try ends.shakeHands()
        let record = try present(ends.calling.seal(.refusal(status: 403, code: "code", message: "message"))).array
        for round in 0..<400 {
            let isRecord = round % 2 == 0
            let damaged = Fuzz.flipped(isRecord ? record : fresh.hello.array, random: &random)
            guard damaged != (isRecord ? record : fresh.hello.array) else { continue }
            var serving = isRecord ? ends.serving : fresh.serving
            let events = try? serving.receive(Bytes(bytes: damaged))
            #expect(events?.isEmpty ?? true, "round \(round)")
        }
    }

    @Test func repeatedAndReorderedRecordsAreNoticed() throws {
        var ends = try Ends()
        try ends.shakeHands()
        let first = try present(ends.calling.seal(.body(Bytes(bytes: [1]))))
        let second = try present(ends.calling.seal(.body(Bytes(bytes: [2]))))
        var reordered = ends.serving
        #expect(throws: CircuitError.notAuthentic) { try reordered.receive(second) }
        _ = try ends.serving.receive(first)
        #expect(throws: CircuitError.notAuthentic) { try ends.serving.receive(first) }
        #expect(throws: CircuitError.unexpected) { try ends.serving.receive(second) }
        #expect(ends.serving.seal(.end) == nil)
    }

    @Test func whatIsAuthenticButNoRecordIsMalformed() throws {
        var ends = try Ends()
        try ends.shakeHands()
        let response = CircuitRecord.response(ResponseHead(status: 99, fields: []))
        let sealed = try present(ends.calling.seal(response))
        #expect(throws: CircuitError.malformed) { try ends.serving.receive(sealed) }
    }

    @Test func garbage() throws {
        let seed: UInt64 = 6
        print("seed \(seed)")
        var random = RandomSource(seed: seed)
        var open = try Ends()
        try open.shakeHands()
        let fresh = try Ends()
        for session in [fresh.calling, fresh.serving, open.calling, open.serving] {
            for _ in 0..<100 {
                var session = session
                let length = random.below(400)
                let bytes = [UInt8(length >> 8), UInt8(length & 0xff)] + random.bytes(length)
                #expect(throws: CircuitError.self) {
                    for byte in bytes { _ = try session.receive(Bytes(bytes: [byte])) }
                }
            }
        }
    }
}
