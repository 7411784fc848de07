/// The first byte of a datagram.
enum PacketKind: UInt8 {
    case initiation = 1
    case response = 2
    case cookie = 3
    case transport = 4
    case dialBack = 5
}
