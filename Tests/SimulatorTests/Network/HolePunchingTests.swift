import Overlay
import Testing

@testable import Simulator

/// Two nodes behind translators learn each other's outer endpoint from a third and send to it at once; a node that hears
/// something answers to where it came from (RFC 5128, section 3.3, and ICE's peer-reflexive candidates).
@Suite struct HolePunchingTests {
    private struct Host {
        var translation: Translation
        let inner: Endpoint
        /// Where it sends to.
        var target = Endpoint(address: 0, port: 0)
        var hasHeard = false

        init(_ kind: NATKind, _ number: UInt32) {
            translation = Translation(kind, address: 50 << 24 | number, number: UInt64(number), draws: Draws(seed: 2))
            inner = Endpoint(address: 10 << 24 | number, port: 4_001)
        }

        mutating func send(to remote: Endpoint, at now: VirtualTime) -> Endpoint {
            translation.outbound(from: inner, to: remote, at: now)
        }

        mutating func hear(from source: Endpoint, on target: Endpoint, at now: VirtualTime) {
            guard target.address == translation.address,
                translation.inbound(from: source, to: target.port, at: now) == inner
            else { return }
            hasHeard = true
            self.target = source
        }
    }

    private static let server = Endpoint(address: 60 << 24, port: 4_001)

    private static func punches(_ one: NATKind, _ other: NATKind) -> Bool {
        var hosts = (Host(one, 1), Host(other, 2))
        hosts.1.target = hosts.0.send(to: server, at: .zero)
        hosts.0.target = hosts.1.send(to: server, at: .zero)
        for round in 1...4 as ClosedRange<UInt64> {
            let now = VirtualTime.zero + .seconds(round)
            let targets = (hosts.0.target, hosts.1.target)
            // Both send before either hears.
            let sources = (hosts.0.send(to: targets.0, at: now), hosts.1.send(to: targets.1, at: now))
            hosts.1.hear(from: sources.0, on: targets.0, at: now)
            hosts.0.hear(from: sources.1, on: targets.1, at: now)
        }
        return hosts.0.hasHeard && hosts.1.hasHeard
    }

    private static func kind(_ mapping: NATKind.Dependence, _ filtering: NATKind.Dependence) -> NATKind {
        NATKind(mapping: mapping, filtering: filtering, timeout: .seconds(60), hasHairpin: false)
    }

    /// Whether what `here` sends to the endpoint that the server saw of `there` comes in, once both have sent.
    private static func comesIn(from here: NATKind, to there: NATKind) -> Bool {
        switch there.filtering {
        case .endpointIndependent: true
        // The port that the server saw must be the one that `there` sends to `here` from.
        case .addressDependent: there.mapping == .endpointIndependent
        // And `here` must send from the port that the server saw.
        case .addressAndPortDependent:
            there.mapping == .endpointIndependent && here.mapping == .endpointIndependent
        }
    }

    /// Whether the answer of `there` to what came in from `here` comes in.
    private static func answerComesIn(from there: NATKind, to here: NATKind) -> Bool {
        here.filtering != .addressAndPortDependent || there.mapping == .endpointIndependent
    }

    private static func succeedsInTheory(_ one: NATKind, _ other: NATKind) -> Bool {
        (comesIn(from: one, to: other) && answerComesIn(from: other, to: one))
            || (comesIn(from: other, to: one) && answerComesIn(from: one, to: other))
    }

    @Test func succeedsExactlyWhereTheorySays() {
        let kinds = NATKind.Dependence.allCases.flatMap { mapping in
            NATKind.Dependence.allCases.map { Self.kind(mapping, $0) }
        }
        var count = 0
        for one in kinds {
            for other in kinds {
                let expected = Self.succeedsInTheory(one, other)
                #expect(Self.punches(one, other) == expected, "\(one) with \(other)")
                count += expected ? 1 : 0
            }
        }
        #expect(kinds.count == 9 && count > 9 && count < 81)
    }

    /// The well-known cases of RFC 5128: cones always, symmetric with full or restricted cones, never with port-restricted
    /// cones or each other.
    @Test func knownCases() {
        let symmetric = Self.kind(.addressAndPortDependent, .addressAndPortDependent)
        let portRestricted = Self.kind(.endpointIndependent, .addressAndPortDependent)
        let restricted = Self.kind(.endpointIndependent, .addressDependent)
        let full = Self.kind(.endpointIndependent, .endpointIndependent)
        for cone in [full, restricted, portRestricted] {
            for other in [full, restricted, portRestricted] { #expect(Self.punches(cone, other)) }
        }
        #expect(Self.punches(symmetric, full) && Self.punches(symmetric, restricted))
        #expect(!Self.punches(symmetric, portRestricted) && !Self.punches(symmetric, symmetric))
    }

    /// 52 % behind translators, 10 % behind symmetric ones, and seven of ten pairs of them punch through, more or less.
    @Test func presetIsAsMeasured() {
        let draws = Draws(seed: 12)
        let kinds = (0..<20_000).compactMap { node in
            Plan.Translator.ipfs2022.first { entry in
                guard case .share(let ratio, let salt) = entry.nodes else { return false }
                return draws.happens(ratio, .test, of: UInt64(node), salt)
            }?.kind
        }
        #expect(abs(kinds.count - 10_400) < 360)
        #expect(abs(kinds.count { $0.mapping == .addressAndPortDependent } - 2_000) < 215)
        let pairs = zip(kinds, kinds.dropFirst(5_000))
        let punched = pairs.count { Self.punches($0, $1) }
        print("\(punched) of \(min(kinds.count, kinds.count - 5_000)) pairs punch through")
        #expect((630...770).contains(punched * 1_000 / (kinds.count - 5_000)))
    }
}
