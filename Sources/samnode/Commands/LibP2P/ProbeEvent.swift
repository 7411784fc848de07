import Foundation
import Overlay

/// What `samnode libp2p` reports: one JSON object on a line of its own.
struct ProbeEvent: Encodable, Equatable, Sendable {
    enum Name: String, Encodable, Sendable {
        /// The listener accepts connections at `address`.
        case listening
        /// The other side has proved to be `peer`.
        case connected
        /// What the other side says of itself.
        case identified
        /// The other side answered a ping after `ms` milliseconds.
        case ping
        /// The other side sent a ping, and has its answer.
        case pingReceived = "ping-received"
        /// A connection ended; without `peer` when it ended before the other side had proved who it is.
        case disconnected
        /// A peer that the other side names as nearer to the key that it was asked for.
        case closerPeer = "closer-peer"
        /// A peer that the other side says has the content.
        case provider
        /// The other side has answered a question of the DHT; `count` peers were named.
        case answered
        /// The other side lists this side as a provider; after `hours` it has to be told again.
        case provided
    }

    var event: Name
    var peer: String?
    var address: String?
    var agent: String?
    var protocols: [String]?
    /// Where the other side says that it listens.
    var listen: [String]?
    /// The address under which the other side sees this one.
    var observed: String?
    var ms: Double?
    var reason: String?
    var count: Int?
    var hours: UInt64?

    static func listening(_ address: Multiaddr) -> ProbeEvent { ProbeEvent(event: .listening, address: address.text) }

    static func connected(_ peer: PeerID) -> ProbeEvent { ProbeEvent(event: .connected, peer: peer.text) }

    static func identified(_ info: IdentifyInfo, as peer: PeerID) -> ProbeEvent {
        ProbeEvent(
            event: .identified, peer: peer.text, agent: info.agentVersion, protocols: info.protocols,
            listen: info.listenAddresses.map(\.text), observed: info.observedAddress?.text)
    }

    static func ping(_ span: TimeSpan) -> ProbeEvent {
        ProbeEvent(event: .ping, ms: Double(span.nanoseconds / 1_000) / 1_000)
    }

    static func pingReceived(from peer: PeerID) -> ProbeEvent { ProbeEvent(event: .pingReceived, peer: peer.text) }

    static func disconnected(_ peer: PeerID?, _ reason: CloseReason) -> ProbeEvent {
        ProbeEvent(event: .disconnected, peer: peer?.text, reason: "\(reason)")
    }

    static func named(_ peer: LibP2PKademliaMessage.Peer, as name: Name) -> ProbeEvent {
        ProbeEvent(event: name, peer: peer.id.text, listen: peer.addresses.map(\.text))
    }

    static func answered(_ count: Int) -> ProbeEvent { ProbeEvent(event: .answered, count: count) }

    static func provided(repeatAfter span: TimeSpan) -> ProbeEvent {
        ProbeEvent(event: .provided, hours: span.seconds / 3_600)
    }

    /// Without the final newline.
    func line() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// Writes the line to standard output at once, whether or not that is a terminal.
    @Sendable static func printLine(_ event: ProbeEvent) {
        // Nobody reads the output any more, or the event holds a number that JSON lacks: nothing to be done either way.
        guard let line = try? event.line() else { return }
        try? FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
    }
}
