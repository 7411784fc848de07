import Overlay

/// The first bytes on a circuit stream: where the circuit is to go.
///
/// Wire form, fixed size: version (1) ‖ hops left (1) ‖ target's Ed25519 public key (32). Everything behind it belongs
/// to the two ends and is opaque to a relay.
public struct CircuitOpen: Hashable, Sendable {
    public static let version: UInt8 = 1
    public static let length = 34

    /// How many more relays may be added; a relay that gets 0 for another node's key refuses.
    public var hopsLeft: UInt8
    public var target: PeerID

    public init(hopsLeft: UInt8, target: PeerID) {
        self.hopsLeft = hopsLeft
        self.target = target
    }

    package func encode() -> Bytes {
        var bytes = Bytes()
        bytes.writeInteger(Self.version)
        bytes.writeInteger(hopsLeft)
        bytes.writeBytes(target.publicKey.bytes.array)
        return bytes
    }

    package enum Parsed {
        /// Fewer than ``CircuitOpen/length`` bytes so far.
        case needsMore
        case open(CircuitOpen)
        case malformed
    }

    package static func parse(_ bytes: inout Bytes) -> Parsed {
        guard bytes.readableBytes >= length else { return .needsMore }
        guard let version = bytes.readInteger(as: UInt8.self), version == Self.version,
            let hopsLeft = bytes.readInteger(as: UInt8.self),
            let key = bytes.readBytes(length: PublicKey.length), let publicKey = PublicKey(key)
        else { return .malformed }
        return .open(CircuitOpen(hopsLeft: hopsLeft, target: PeerID(publicKey)))
    }
}
