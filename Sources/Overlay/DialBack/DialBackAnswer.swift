/// What a peer says that was asked for a dial-back.
///
///     sent 1 │ address 16 │ port 2
///
/// An address of IPv4 is written in the form of IPv6 (RFC 4291, section 2.5.5.2).
public struct DialBackAnswer: Hashable, Sendable {
    /// Whether the dial-back went out; not when the peer has done too much of this lately.
    public let isSent: Bool
    /// Where the peer saw the question come from. Dial-backs go to its IP address.
    public let seen: UDPEndpoint

    public init(isSent: Bool, seen: UDPEndpoint) {
        self.isSent = isSent
        self.seen = seen
    }

    init(from reader: inout Reader) throws {
        let sent = try reader.uint8()
        guard sent <= 1 else { throw KademliaMessage.Refusal.badFlag(sent) }
        let address = IPAddress.v6(high: try reader.uint64(), low: try reader.uint64())
        self.init(isSent: sent == 1, seen: UDPEndpoint(ip: address, port: try reader.uint16()))
    }

    func write(to writer: inout Writer) {
        writer.uint8(isSent ? 1 : 0)
        switch seen.ip {
        case .v4(let bits):
            writer.uint64(0)
            writer.uint64(0xffff << 32 | UInt64(bits))
        case .v6(let high, let low):
            writer.uint64(high)
            writer.uint64(low)
        }
        writer.uint16(seen.port)
    }
}
