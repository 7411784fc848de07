/// The limits of DNS messages on the local network.
public enum DNSLimits {
    /// Bytes of a message (RFC 6762 section 17). Longer datagrams do not occur on any link.
    public static let messageLength = 9_000
    /// Bytes of a message that is sent, so that it fits into one Ethernet frame with IPv6 and options.
    public static let sentLength = 1_400
    /// Questions of a message. Machines that wake up ask for a dozen services at once; more is a waste of time.
    public static let questions = 64
    /// Records of all sections of a message. One for each 20 bytes or so of a message that is full of pointers.
    public static let records = 256
    /// Bytes of a label and of a name (RFC 1035 section 3.1).
    static let labelLength = 63
    static let nameLength = 255
}
