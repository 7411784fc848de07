import NIOCore
import Overlay
import YAML

/// An address of the form that this program can dial and listen on: an IP address or DNS name, a TCP port, and perhaps
/// a peer.
struct TCPMultiaddr: Equatable, Sendable {
    private static let expected = "expected one like /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…"

    let multiaddr: Multiaddr
    let host: String
    let port: Int
    let peer: PeerID?

    init(_ text: String) throws(ConsoleError) {
        let multiaddr: Multiaddr
        do throws(WireError) {
            multiaddr = try Multiaddr(text: text)
        } catch {
            throw ConsoleError(
                .usage, "\(text.quotedForMessage) is no multiaddr (\(Self.words(error))); \(Self.expected)")
        }
        let parts = multiaddr.components.map(\.code)
        guard let host = multiaddr.ip?.description ?? multiaddr.host, let port = multiaddr.tcpPort,
            parts.dropFirst() == [.tcp] || parts.dropFirst() == [.tcp, .p2p]
        else {
            throw ConsoleError(
                .usage, "\(multiaddr) is no plain TCP address, the only kind spoken here; \(Self.expected)")
        }
        peer = multiaddr.peer
        guard peer != nil || parts.last != .p2p else {
            throw ConsoleError(.usage, "the peer of \(multiaddr) has no Ed25519 key, the only kind spoken here")
        }
        self.multiaddr = multiaddr
        self.host = host
        self.port = Int(port)
    }

    private static func words(_ error: WireError) -> String {
        guard case .invalid(let reason) = error else { return "\(error)" }
        return reason.rawValue
    }
}

extension SocketAddress {
    /// As `/ip4/…/tcp/…` or `/ip6/…/tcp/…`; nil for a Unix socket.
    var tcpMultiaddr: Multiaddr? {
        guard let text = ipAddress, let ip = IPAddress(text), let port, let port = UInt16(exactly: port) else {
            return nil
        }
        return Multiaddr(ip: ip, tcp: port)
    }
}
