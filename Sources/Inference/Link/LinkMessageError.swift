/// Why the bytes of a link message were refused; the link that carried them is closed.
public enum LinkMessageError: Error, Hashable, Sendable {
    case truncated
    case tooLong
    case trailingBytes
    case unsupportedVersion(UInt8)
    case unknownKind(UInt8)
    case unknownVerdict(UInt8)
    /// The body of a Kademlia or gossip message did not parse.
    case malformedBody
}

extension LinkMessageError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated: "a link message ends early"
        case .tooLong: "a link message is longer than allowed"
        case .trailingBytes: "a link message has bytes behind its end"
        case .unsupportedVersion(let version): "hello of version \(version), but this node speaks version 1"
        case .unknownKind(let kind): "a link message of unknown kind \(kind)"
        case .unknownVerdict(let code): "a verdict with unknown code \(code)"
        case .malformedBody: "the body of a link message does not parse"
        }
    }
}
