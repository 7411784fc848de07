import Testing

@testable import Overlay

/// What a node makes of answers and nonces, one by one.
struct DialBackJudgementTests {
    /// A node that listens, and the peers that it asks in turn.
    private struct Bench {
        let settings = DialBackSettings()
        var dialBacks = DialBacks()
        var random = RandomSource(seed: 471)
        var now = Instant.zero + .seconds(100)
        var request: UInt32 = 0
        static let own = UDPEndpoint(ip: .v4(0xc000_0201), port: 4_001)

        init() { dialBacks.listen(at: [Self.own], now: now, settings: settings) }

        static func peer(_ number: Int) -> PeerID {
            var random = RandomSource(seed: UInt64(number))
            return Identity(random: &random).peerID
        }

        /// In a /24 of its own, or in one with others.
        static func place(_ number: Int, network: Int? = nil) -> UDPEndpoint {
            UDPEndpoint(ip: .v4(0x1400_0001 + UInt32(network ?? number) << 8 + UInt32(number)), port: 4_001)
        }

        /// Asks one of the peers. Returns whom, and the nonce.
        mutating func ask(_ numbers: [Int], network: Int? = nil) throws -> (peer: PeerID, nonce: DialBackNonce) {
            now = now + .seconds(1)
            let places = numbers.map { Self.place($0, network: network) }
            let candidates = zip(numbers, places).map {
                (peer: Self.peer($0), vantage: Vantage(Self.peer($0), at: $1.ip))
            }
            let index = try #require(dialBacks.choice(of: candidates, random: &random))
            request += 1
            let nonce = DialBackNonce(random: &random)
            dialBacks.begin(
                DialBacks.Attempt(
                    request: request, peer: candidates[index].peer, vantage: candidates[index].vantage,
                    asked: places[index], nonce: nonce, deadline: now + settings.patience),
                settings: settings)
            return (candidates[index].peer, nonce)
        }

        @discardableResult
        mutating func answer(_ peer: PeerID, isSent: Bool = true, seen: UDPEndpoint = own) -> Bool {
            dialBacks.answered(
                DialBackAnswer(isSent: isSent, seen: seen), request: request, by: peer, at: now, random: &random,
                settings: settings)
        }

        @discardableResult
        mutating func arrive(_ nonce: DialBackNonce, from source: UDPEndpoint = place(77)) -> Bool {
            dialBacks.arrived(nonce, from: source, at: now, random: &random, settings: settings)
        }

        mutating func expire() {
            now = now + settings.patience
            dialBacks.expire(at: now, random: &random, settings: settings)
        }

        mutating func reach() -> Reach {
            _ = dialBacks.conclude(at: now, settings: settings)
            return dialBacks.reach
        }
    }

    @Test func fourNetworksDecide() throws {
        var bench = Bench()
        for count in 1...4 {
            let (peer, nonce) = try bench.ask(Array(1...9))
            // In either order.
            if count % 2 == 0 {
                #expect(bench.answer(peer) == true)
                #expect(bench.arrive(nonce) == true)
            } else {
                #expect(bench.arrive(nonce) == true)
                #expect(bench.answer(peer) == true)
            }
            #expect(bench.reach() == (count < 4 ? .unknown : .reached))
        }
        #expect(bench.dialBacks.arrived == 4)
    }

    /// However many peers stand in a network, it is one witness.
    @Test func oneNetworkIsOneWitness() throws {
        var bench = Bench()
        for _ in 0..<6 {
            let numbers = Array(1...9)
            // Three other networks are there, but none of them is asked.
            let (peer, nonce) = try bench.ask(numbers, network: 3)
            bench.answer(peer)
            bench.arrive(nonce)
        }
        #expect(bench.dialBacks.witnessCounts == (1, 0))
    }

    @Test func forgedAndRepeatedNoncesCountNothing() throws {
        var bench = Bench()
        let (peer, nonce) = try bench.ask(Array(1...9))
        let asked = try #require(bench.dialBacks.attempt?.asked)
        bench.answer(peer)
        var random = RandomSource(seed: 5)
        #expect(bench.arrive(DialBackNonce(random: &random)) == false)
        // From where the question went, an answer could come as well.
        #expect(bench.arrive(nonce, from: asked) == false)
        #expect(bench.dialBacks.witnessCounts == (0, 0))
        #expect(bench.arrive(nonce) == true)
        #expect(bench.arrive(nonce) == false)
        #expect(bench.answer(peer) == false)
        #expect(bench.dialBacks.witnessCounts == (1, 0) && bench.dialBacks.arrived == 1)
        // One of before, while another is waited for.
        _ = try bench.ask(Array(1...9))
        #expect(bench.arrive(nonce) == false)
    }

    @Test func answersOfOthersCountNothing() throws {
        var bench = Bench()
        let (peer, _) = try bench.ask([1, 2])
        let other = peer == Bench.peer(1) ? Bench.peer(2) : Bench.peer(1)
        #expect(bench.answer(other) == false)
        bench.request += 1
        #expect(bench.answer(peer) == false)
        #expect(bench.dialBacks.witnessCounts == (0, 0) && bench.dialBacks.seen == nil)
    }

    /// A nonce without a word of where it was sent to says nothing, and neither does silence.
    @Test func halfAnExchangeIsNoWitness() throws {
        var bench = Bench()
        let (_, nonce) = try bench.ask(Array(1...9))
        bench.arrive(nonce)
        bench.expire()
        _ = try bench.ask(Array(1...9))
        bench.expire()
        let (peer, _) = try bench.ask(Array(1...9))
        bench.answer(peer, isSent: false)
        #expect(bench.dialBacks.attempt == nil)
        #expect(bench.dialBacks.witnessCounts == (0, 0))
        #expect(bench.reach() == .unknown)
    }

    /// One packet may be lost: the same peer is asked three times.
    @Test func threeLostOnesMakeAWitness() throws {
        var bench = Bench()
        var asked: Set<PeerID> = []
        for count in 1...3 {
            let (peer, _) = try bench.ask(Array(1...9))
            asked.insert(peer)
            bench.answer(peer)
            bench.expire()
            #expect(bench.dialBacks.witnessCounts == (0, count / 3))
        }
        #expect(asked.count == 1)
    }

    @Test func oneThatComesAfterAllIsNoMiss() throws {
        var bench = Bench()
        for _ in 1...2 {
            let (peer, _) = try bench.ask(Array(1...9))
            bench.answer(peer)
            bench.expire()
        }
        let (peer, nonce) = try bench.ask(Array(1...9))
        bench.answer(peer)
        bench.arrive(nonce)
        #expect(bench.dialBacks.witnessCounts == (1, 0))
    }

    /// Once it is known, the opposite needs as many witnesses; those who reached the node are asked again first.
    @Test func whatIsKnownDoesNotWaver() throws {
        var bench = Bench()
        for _ in 1...4 {
            let (peer, nonce) = try bench.ask(Array(1...9))
            bench.answer(peer)
            bench.arrive(nonce)
        }
        #expect(bench.reach() == .reached)
        var misses = 0
        while bench.reach() == .reached, misses < 10 {
            for _ in 1...3 {
                let (peer, _) = try bench.ask(Array(1...9))
                bench.answer(peer)
                bench.expire()
            }
            misses += 1
        }
        #expect(bench.reach() == .unreached)
        #expect(misses == 4)
        // One of the first four was not asked again. Three that reach it are enough for doubt, four for the opposite.
        for count in 1...4 {
            let (peer, nonce) = try bench.ask(Array(1...9))
            bench.answer(peer)
            bench.arrive(nonce)
            #expect(bench.reach() == [.unreached, .unknown, .reached, .reached][count - 1])
        }
    }

    /// What is asked of a node: seldom for one network, and not without end for all.
    @Test func dutyIsLimited() {
        let settings = DialBackSettings()
        var now = Instant.zero + .seconds(1)
        var duty = DialBackDuty(settings, at: now)
        func target(_ number: Int, _ port: UInt16 = 4_001) -> UDPEndpoint? {
            duty.target(port, for: Bench.peer(1), at: Bench.place(number), now: now, settings: settings)
        }
        let sent = (0..<20).compactMap { _ in target(1) }
        #expect(sent == [UDPEndpoint](repeating: Bench.place(1), count: 4))
        #expect(target(2, 0) == nil)
        #expect(target(2, 9)?.port == 9)
        now = now + .seconds(3)
        #expect((0..<20).compactMap { _ in target(1) }.count == 3)
        // From thousands of networks at once.
        let all = (10..<2_000).compactMap { target($0) }.count
        #expect(all <= Int(settings.allBurst) && all >= Int(settings.allBurst) - 10)
    }
}
