/// A dial-back on the wire: the nonce alone. It is sent from a port that the asker has never heard of, and nobody answers it.
///
///     type 1 │ nonce 16
package struct DialBackPacket {
    static let length = 1 + DialBackNonce.length

    package let nonce: DialBackNonce

    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.length, bytes[0] == PacketKind.dialBack.rawValue,
            let nonce = DialBackNonce(Array(bytes.dropFirst()))
        else { return nil }
        self.nonce = nonce
    }

    package static func encode(_ nonce: DialBackNonce) -> [UInt8] { [PacketKind.dialBack.rawValue] + nonce.bytes }
}
