/// A DNS message (RFC 1035 section 4) as multicast DNS uses it (RFC 6762 section 18).
public struct DNSMessage: Hashable, Sendable {
    /// Zero in multicast DNS.
    public var id: UInt16 = 0
    /// The second 16 bits: response, opcode, truncated and so on.
    public var flags: UInt16 = 0
    /// What is asked for.
    public var questions: [DNSQuestion] = []
    /// In a query, what the querier knows already.
    public var answers: [DNSRecord] = []
    /// Not used here.
    public var authorities: [DNSRecord] = []
    /// What whoever asked will want to know next.
    public var additionals: [DNSRecord] = []

    static let responseFlag: UInt16 = 0x8000
    /// What a response of multicast DNS says: it is one, and it is authoritative.
    static let responseFlags: UInt16 = 0x8400
    private static let opcodeAndCode: UInt16 = 0x780f
    private static let truncatedFlag: UInt16 = 0x0200

    /// An empty query.
    public init() {}

    /// Whether it answers rather than asks.
    public var isResponse: Bool { flags & Self.responseFlag != 0 }
    /// More known answers follow in another message.
    public var isTruncated: Bool { flags & Self.truncatedFlag != 0 }
    /// Messages with another opcode or response code than zero are ignored (RFC 6762 sections 18.3 and 18.11).
    var isOrdinary: Bool { flags & Self.opcodeAndCode == 0 }
}

/// What a message asks for.
public struct DNSQuestion: Hashable, Sendable {
    /// The name that is asked about.
    public var name: DNSName
    /// Which records of it are wanted.
    public var type: DNSType
    /// 1 is the internet, 255 any.
    public var dnsClass: UInt16
    /// Whether a unicast answer would do; a multicast one always does.
    public var wantsUnicast: Bool

    public init(_ name: DNSName, _ type: DNSType, dnsClass: UInt16 = 1, wantsUnicast: Bool = false) {
        self.name = name
        self.type = type
        self.dnsClass = dnsClass
        self.wantsUnicast = wantsUnicast
    }
}

/// The number of a type of record.
public struct DNSType: Hashable, Sendable {
    /// As IANA lists it.
    public let number: UInt16

    public init(number: UInt16) {
        self.number = number
    }

    /// PTR (RFC 1035): the name is an alias of another.
    public static let pointer = DNSType(number: 12)
    /// TXT (RFC 1035).
    public static let text = DNSType(number: 16)
    /// In questions: every type.
    public static let any = DNSType(number: 255)
}

/// One statement about a name.
public struct DNSRecord: Hashable, Sendable {
    /// What it says.
    public enum Content: Hashable, Sendable {
        case pointer(DNSName)
        /// Strings of at most 255 bytes.
        case text([[UInt8]])
        /// Another type, whose value is not read.
        case other(DNSType, [UInt8])

        /// The number on the wire.
        public var type: DNSType {
            switch self {
            case .pointer: .pointer
            case .text: .text
            case .other(let type, _): type
            }
        }
    }

    /// The name that the record is about.
    public var name: DNSName
    /// What it says of the name.
    public var content: Content
    /// 1 is the internet.
    public var dnsClass: UInt16
    /// Whether the record replaces all that were known of its name and type.
    public var flushesCache: Bool
    /// Seconds for which it may be remembered; zero is a goodbye.
    public var timeToLive: UInt32

    public init(
        _ name: DNSName, _ content: Content, timeToLive: UInt32, flushesCache: Bool = false, dnsClass: UInt16 = 1
    ) {
        self.name = name
        self.content = content
        self.timeToLive = timeToLive
        self.flushesCache = flushesCache
        self.dnsClass = dnsClass
    }
}
