/// Keyed BLAKE2b over first packets. Its key follows from the mesh and the receiver's public key: whoever does not know
/// both gets no sign of life from an address, and what is meant for others costs a hash.
struct PacketMAC: Sendable {
    private let key: [UInt8]

    init(receiver: PublicKey, mesh: Bytes32) {
        key = BLAKE2b.hash(Array("sam datagram mac v1".utf8) + [0] + mesh.array + receiver.bytes.array)
    }

    func mac(of bytes: [UInt8]) -> [UInt8] {
        BLAKE2b.hash(bytes, length: InitiationPacket.macLength, key: key)
    }

    func isValid(_ packet: InitiationPacket) -> Bool {
        ConstantTime.equal(packet.mac, mac(of: packet.macInput))
    }
}
