import Overlay
import Testing

@testable import Simulator

@Suite struct TranslationTests {
    private static let all = NATKind.Dependence.allCases
    private static let inner = Endpoint(address: 10 << 24 | 5, port: 4_001)
    private static let near = Endpoint(address: 20 << 24 | 1, port: 4_001)
    private static let nearOtherPort = Endpoint(address: 20 << 24 | 1, port: 5_000)
    private static let far = Endpoint(address: 30 << 24 | 1, port: 4_001)

    private static func kind(
        _ mapping: NATKind.Dependence, _ filtering: NATKind.Dependence, hairpin: Bool = true, ports: Bool = true
    ) -> NATKind {
        NATKind(
            mapping: mapping, filtering: filtering, timeout: .seconds(30), hasHairpin: hairpin, preservesPorts: ports)
    }

    private static func translation(_ kind: NATKind, _ number: UInt64 = 1) -> Translation {
        Translation(kind, address: 40 << 24 | UInt32(number), number: number, draws: Draws(seed: 6))
    }

    private static func at(_ seconds: UInt64) -> VirtualTime { .zero + .seconds(seconds) }

    @Test(arguments: all, [true, false])
    func mapsByWhatItDependsOn(mapping: NATKind.Dependence, ports: Bool) {
        for filtering in Self.all { mapsByWhatItDependsOn(mapping, filtering, ports) }
    }

    private func mapsByWhatItDependsOn(
        _ mapping: NATKind.Dependence, _ filtering: NATKind.Dependence, _ ports: Bool
    ) {
        var table = Self.translation(Self.kind(mapping, filtering, ports: ports))
        let ends = [Self.near, Self.nearOtherPort, Self.far].map {
            table.outbound(from: Self.inner, to: $0, at: Self.at(1))
        }
        #expect(ends.allSatisfy { $0.address == table.address })
        #expect((ends[0].port == Self.inner.port) == ports)
        #expect((ends[0] == ends[1]) == (mapping != .addressAndPortDependent))
        #expect((ends[0] == ends[2]) == (mapping == .endpointIndependent))
        #expect(table.outbound(from: Self.inner, to: Self.near, at: Self.at(2)) == ends[0])
        let other = Endpoint(address: 10 << 24 | 6, port: 4_001)
        #expect(!ends.contains(table.outbound(from: other, to: Self.near, at: Self.at(2))))
    }

    @Test(arguments: all, all)
    func filtersByWhatItDependsOn(mapping: NATKind.Dependence, filtering: NATKind.Dependence) {
        var table = Self.translation(Self.kind(mapping, filtering))
        #expect(table.inbound(from: Self.near, to: 4_001, at: Self.at(0)) == nil)
        let port = table.outbound(from: Self.inner, to: Self.near, at: Self.at(1)).port
        #expect(table.inbound(from: Self.near, to: port, at: Self.at(2)) == Self.inner)
        let sameAddress = table.inbound(from: Self.nearOtherPort, to: port, at: Self.at(2))
        #expect((sameAddress == Self.inner) == (filtering != .addressAndPortDependent))
        let stranger = table.inbound(from: Self.far, to: port, at: Self.at(2))
        #expect((stranger == Self.inner) == (filtering == .endpointIndependent))
        #expect(table.inbound(from: Self.near, to: port &+ 1, at: Self.at(2)) == nil)
    }

    @Test func forgetsWhatNothingUsed() {
        var table = Self.translation(Self.kind(.endpointIndependent, .addressAndPortDependent))
        let port = table.outbound(from: Self.inner, to: Self.near, at: Self.at(0)).port
        // What comes in keeps it alive, what is dropped does not.
        #expect(table.inbound(from: Self.near, to: port, at: Self.at(29)) == Self.inner)
        #expect(table.inbound(from: Self.far, to: port, at: Self.at(50)) == nil)
        #expect(table.inbound(from: Self.near, to: port, at: Self.at(58)) == Self.inner)
        #expect(table.inbound(from: Self.near, to: port, at: Self.at(88)) == nil)
        #expect(table.count == 0)
    }

    @Test func permissionsEndOnTheirOwn() {
        var table = Self.translation(Self.kind(.endpointIndependent, .addressDependent))
        let port = table.outbound(from: Self.inner, to: Self.near, at: Self.at(0)).port
        for second in [20, 40] as [UInt64] { _ = table.outbound(from: Self.inner, to: Self.far, at: Self.at(second)) }
        #expect(table.inbound(from: Self.far, to: port, at: Self.at(41)) == Self.inner)
        #expect(table.inbound(from: Self.near, to: port, at: Self.at(41)) == nil)
    }

    @Test func hairpinsByOuterEndpointsWhereItDoes() {
        let other = Endpoint(address: 10 << 24 | 6, port: 4_002)
        for hairpin in [true, false] {
            var table = Self.translation(Self.kind(.endpointIndependent, .endpointIndependent, hairpin: hairpin))
            let outer = table.outbound(from: Self.inner, to: Self.far, at: Self.at(1))
            let packet = table.hairpin(from: other, to: outer.port, at: Self.at(2))
            #expect((packet != nil) == hairpin)
            guard let packet else { continue }
            #expect(packet.target == Self.inner)
            #expect(packet.source == Endpoint(address: table.address, port: 4_002))
        }
        var strict = Self.translation(Self.kind(.endpointIndependent, .addressAndPortDependent))
        let outer = strict.outbound(from: Self.inner, to: Self.far, at: Self.at(1))
        #expect(strict.hairpin(from: other, to: outer.port, at: Self.at(2)) == nil)
    }

    @Test func isBoundedAndForgetsTheOldestFirst() {
        var table = Self.translation(Self.kind(.addressAndPortDependent, .addressAndPortDependent, ports: false))
        var ports: [UInt16] = []
        for number in 0..<3 * Translation.mostMappings {
            let remote = Endpoint(address: UInt32(number), port: 1)
            let now = VirtualTime(nanoseconds: UInt64(number))
            ports.append(table.outbound(from: Self.inner, to: remote, at: now).port)
            #expect(table.count <= Translation.mostMappings)
        }
        let last = ports.suffix(Translation.mostMappings)
        #expect(Set(last).count == Translation.mostMappings && last.allSatisfy { $0 >= 1_024 })
        for (number, port) in ports.enumerated().suffix(Translation.mostMappings) {
            let remote = Endpoint(address: UInt32(number), port: 1)
            #expect(table.inbound(from: remote, to: port, at: Self.at(1)) == Self.inner)
        }
        let first = Endpoint(address: 0, port: 1)
        #expect(table.inbound(from: first, to: ports[0], at: Self.at(1)) == nil)
    }
}
