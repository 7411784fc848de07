@testable import Overlay

/// Peers, addresses and requests for tests of libp2p's DHT.
enum LibP2PFixtures {
    static func peer(_ number: UInt64) -> PeerID {
        var random = RandomSource(seed: 7_000 + number)
        return Identity(random: &random).peerID
    }

    static func address(_ number: UInt64) -> Multiaddr {
        guard let ip = IPAddress(bytes: [10, 0, UInt8(number >> 8 & 0xff), UInt8(number & 0xff)]) else {
            preconditionFailure("four bytes are an address")
        }
        return Multiaddr(ip: ip, tcp: 4_001)
    }

    static func contact(_ number: UInt64) -> LibP2PKademliaMessage.Peer {
        LibP2PKademliaMessage.Peer(id: LibP2PPeerID(peer(number)), addresses: [address(number)])
    }

    static func announcement(of key: [UInt8], by number: UInt64) -> LibP2PKademliaMessage {
        var message = LibP2PKademliaMessage(.addProvider, key: key)
        message.providerPeers = [contact(number)]
        return message
    }

    /// A message with something in every field.
    static func full(random: inout RandomSource) -> LibP2PKademliaMessage {
        let kinds: [LibP2PKademliaMessage.Kind] = [
            .putValue, .getValue, .addProvider, .getProviders, .findNode, .ping,
        ]
        var message = LibP2PKademliaMessage(kinds[random.below(kinds.count)], key: random.bytes(random.below(60)))
        if random.below(2) == 0 {
            message.record = LibP2PKademliaMessage.Record(
                key: random.bytes(random.below(9)), value: random.bytes(random.below(200)),
                timeReceived: random.below(2) == 0 ? "" : "2025-01-02T03:04:05Z")
        }
        message.closerPeers = (0..<random.below(4)).map { _ in contact(UInt64(random.below(50))) }
        message.providerPeers = (0..<random.below(4)).map { _ in contact(UInt64(random.below(50))) }
        return message
    }
}
