import NIOCore
import NIOPosix
import Overlay

/// Whether and where a node looks for others on the local network.
struct LocalNetwork: Equatable, Sendable {
    /// What the configuration says.
    enum Mode: String, CaseIterable, Sendable {
        /// In private networks only: the node listens on a private address and on no public one.
        case auto
        case on
        case off
    }

    /// The IPv4 addresses of the interfaces.
    var interfaces: [IPAddress]
    /// Where others are told that the node can be dialed.
    var addresses: [Multiaddr]

    /// - Parameters:
    ///   - listening: as the node announces them.
    ///   - machine: the IPv4 addresses of the machine's interfaces.
    /// - Returns: nil when it does not look.
    init?(_ mode: Mode, listening: [Multiaddr], machine: [IPAddress]) {
        let local = listening.filter { AddressReach($0) == .local }
        let isPublic = listening.contains { AddressReach($0) == .everywhere }
        switch mode {
        case .off:
            return nil
        case .auto where local.isEmpty || isPublic:
            return nil
        case .auto:
            self.init(interfaces: Self.interfaces(of: local), addresses: local)
        case .on where !listening.isEmpty && listening.allSatisfy { AddressReach($0) == .loopback }:
            self.init(interfaces: Self.interfaces(of: listening), addresses: listening)
        case .on:
            let networks = machine.filter { !$0.isLoopback }
            self.init(interfaces: networks, addresses: listening.filter { AddressReach($0) != .loopback })
        }
        if interfaces.isEmpty { return nil }
    }

    private init(interfaces: [IPAddress], addresses: [Multiaddr]) {
        self.interfaces = interfaces
        self.addresses = addresses
    }

    private static func interfaces(of addresses: [Multiaddr]) -> [IPAddress] {
        addresses.compactMap(\.ip).filter(\.isV4).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The IPv4 addresses that this machine has now; none when it does not say.
    static func machineAddresses() -> [IPAddress] {
        let devices = (try? System.enumerateDevices()) ?? []
        return devices.compactMap { $0.address?.ipAddress }.compactMap { IPAddress($0) }.filter(\.isV4)
    }
}
