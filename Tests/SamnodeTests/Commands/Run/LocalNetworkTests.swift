import Overlay
import Testing

@testable import samnode

/// When and where a node looks for others on the local network.
struct LocalNetworkTests {
    private static let local = "/ip4/192.168.1.7/tcp/5002"
    private static let other = "/ip4/10.0.0.7/tcp/5002"
    private static let loopback = "/ip4/127.0.0.1/tcp/5002"
    private static let everywhere = "/ip4/198.51.100.7/tcp/5002"
    private static let machine = ["127.0.0.1", "192.168.1.7", "10.0.0.7", "198.51.100.7"]

    private func network(_ mode: LocalNetwork.Mode, _ listening: [String]) throws -> LocalNetwork? {
        LocalNetwork(
            mode, listening: try listening.map { try Multiaddr(text: $0) },
            machine: Self.machine.compactMap { IPAddress($0) })
    }

    private static func decode(_ text: String) throws -> NodeConfiguration {
        try ConfigurationFile.decode(Array(text.utf8), file: "f.yaml")
    }

    @Test func aPrivateNetworkIsLookedAtByItself() throws {
        let network = try #require(try network(.auto, [Self.loopback, Self.local, Self.other, "/ip6/fd00::1/tcp/1"]))
        #expect(network.interfaces.map(\.description) == ["192.168.1.7", "10.0.0.7"])
        #expect(network.addresses.map(\.text) == [Self.local, Self.other, "/ip6/fd00::1/tcp/1"])
    }

    @Test(arguments: [
        [], [loopback], [everywhere], [local, everywhere], ["/ip6/fd00::1/tcp/1"], ["/dns4/a.example/tcp/1"],
    ])
    func elsewhereItIsNot(listening: [String]) throws {
        #expect(try network(.auto, listening) == nil)
    }

    @Test func offIsOff() throws {
        #expect(try network(.off, [Self.local]) == nil)
    }

    @Test func onLooksAtAllNetworks() throws {
        let all = try #require(try network(.on, [Self.loopback, Self.local, Self.everywhere]))
        #expect(all.interfaces.map(\.description) == ["192.168.1.7", "10.0.0.7", "198.51.100.7"])
        #expect(all.addresses.map(\.text) == [Self.local, Self.everywhere])
        let asking = try #require(try network(.on, []))
        #expect(asking.interfaces.count == 3 && asking.addresses.isEmpty)
        let alone = try #require(try network(.on, [Self.loopback]))
        #expect(alone.interfaces.map(\.description) == ["127.0.0.1"])
        #expect(alone.addresses.map(\.text) == [Self.loopback])
    }

    @Test func theConfigurationSaysWhich() throws {
        #expect(try Self.decode("discovery: {mdns: off}").localDiscovery == .off)
        #expect(try Self.decode("discovery:\n  mdns: \"on\"\n").localDiscovery == .on)
        #expect(try Self.decode("discovery:\n").localDiscovery == .auto)
        let both = try Self.decode("discovery: {mdns: off, role: client}")
        #expect(both.localDiscovery == .off && both.role == .client)
        #expect(try Self.decode("discovery: {role: server}").role == .server)
        #expect(try Self.decode("discovery: {mdns: on}").role == .automatic)
    }

    @Test(arguments: [
        ("1.7.0.1", false), ("10.255.0.1", true), ("172.16.0.1", true), ("172.32.0.1", false), ("172.15.0.1", false),
        ("192.168.0.1", true), ("192.169.0.1", false), ("169.254.0.1", true), ("100.64.0.1", true),
        ("100.127.0.1", true), ("100.128.0.1", false), ("127.0.0.1", false), ("fd12::1", true), ("fc00::1", true),
        ("fe80::1", true), ("febf::1", true), ("fec0::1", false), ("2001:db8::1", false), ("::1", false),
    ])
    func privateAddressesAreKnown(text: String, isLocal: Bool) throws {
        #expect(try #require(IPAddress(text)).isLocal == isLocal)
    }
}
