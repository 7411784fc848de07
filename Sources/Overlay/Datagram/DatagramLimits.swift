/// Sizes on the wire, which every node must agree on (PROTOCOL, "UDP").
public enum DatagramLimits {
    /// Bytes of the longest datagram: passes every path of the Internet without being cut by IP (1,280 is IPv6's least MTU).
    public static let datagram = 1_200
    /// Bytes to read a datagram into: a longer one is seen to be longer.
    public static let datagramRoom = 2_048
    /// Bytes of introduction and message together in a first packet.
    public static let first = datagram - InitiationPacket.overhead
    /// The same in the answer to one.
    public static let answer = datagram - ResponsePacket.overhead
    /// Bytes of a message on a session.
    public static let message = datagram - TransportPacket.overhead
}
