/// The 12-byte header of a yamux frame: version, type, flags, stream, length, big-endian
/// (https://github.com/hashicorp/yamux/blob/master/spec.md).
public struct YamuxFrame: Hashable, Sendable {
    /// What a frame is for.
    public enum Kind: UInt8, Hashable, Sendable {
        /// `length` bytes of the stream follow.
        case data = 0
        /// The sender of data may send `length` bytes more.
        case windowUpdate = 1
        /// `length` is an opaque number, which comes back.
        case ping = 2
        /// The session ends; `length` is the code.
        case goAway = 3
    }

    /// What a frame says of its stream beside its content.
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The bits on the wire.
        public let rawValue: UInt16

        /// From the bits on the wire.
        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// Opens a stream; asks, in a ping.
        public static let syn = Flags(rawValue: 1)
        /// Acknowledges a stream; answers, in a ping.
        public static let ack = Flags(rawValue: 2)
        /// Nothing more comes on the stream.
        public static let fin = Flags(rawValue: 4)
        /// The stream is over at once.
        public static let rst = Flags(rawValue: 8)
    }

    /// Codes of a go-away frame.
    public enum GoAway {
        /// The sender has nothing more to do.
        public static let normal: UInt32 = 0
        /// The receiver broke the rules.
        public static let protocolError: UInt32 = 1
        /// The sender cannot go on.
        public static let internalError: UInt32 = 2
    }

    /// Bytes of a header.
    public static let headerLength = 12
    static let version: UInt8 = 0

    /// What the frame is for.
    public var kind: Kind
    /// What it says of its stream.
    public var flags: Flags
    /// The stream; 0 is the session.
    public var stream: UInt32
    /// Depends on the kind.
    public var length: UInt32

    /// A header; what is left out is zero.
    public init(_ kind: Kind, _ flags: Flags = [], stream: UInt32 = 0, length: UInt32 = 0) {
        self.kind = kind
        self.flags = flags
        self.stream = stream
        self.length = length
    }

    /// Takes a header off the front; the data of a data frame stays.
    /// - Returns: nil, with nothing consumed, while the header is incomplete.
    public static func take(_ input: inout Bytes) throws(YamuxError) -> YamuxFrame? {
        guard let (version, type, flags, stream, length) = input.peekHeader() else { return nil }
        guard version == Self.version else { throw .unknownVersion(version) }
        guard let kind = Kind(rawValue: type) else { throw .unknownType(type) }
        input.moveReaderIndex(forwardBy: headerLength)
        return YamuxFrame(kind, Flags(rawValue: flags), stream: stream, length: length)
    }

    /// Appends the header.
    public func write(to output: inout Bytes) {
        output.writeMultipleIntegers(Self.version, kind.rawValue, flags.rawValue, stream, length)
    }
}

extension Bytes {
    fileprivate func peekHeader() -> (UInt8, UInt8, UInt16, UInt32, UInt32)? {
        peekMultipleIntegers(as: (UInt8, UInt8, UInt16, UInt32, UInt32).self)
    }
}
