/// Keyed BLAKE2b over first packets. Its key follows from the receiver's public key: whoever does not know which node is at
/// an address gets no sign of life from it.
struct PacketMAC: Sendable {
    private let key: [UInt8]

    init(receiver: PublicKey) {
        key = BLAKE2b.hash(Array("sam datagram mac v1".utf8) + [0] + receiver.bytes.array)
    }

    func mac(of bytes: [UInt8]) -> [UInt8] {
        BLAKE2b.hash(bytes, length: InitiationPacket.macLength, key: key)
    }

    func isValid(_ packet: InitiationPacket) -> Bool {
        ConstantTime.equal(packet.mac, mac(of: packet.macInput))
    }
}
