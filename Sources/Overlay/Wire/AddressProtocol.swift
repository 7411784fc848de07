/// The protocols that a multiaddr may name, with their codes (https://github.com/multiformats/multiaddr).
public enum AddressProtocol: UInt64, CaseIterable, Hashable, Sendable {
    case ip4 = 4
    case tcp = 6
    case dccp = 33
    case ip6 = 41
    case ip6zone = 42
    case ipcidr = 43
    case dns = 53
    case dns4 = 54
    case dns6 = 55
    case dnsaddr = 56
    case sctp = 132
    case udp = 273
    case p2pWebRTCDirect = 276
    case webrtcDirect = 280
    case webrtc = 281
    case p2pCircuit = 290
    case udt = 301
    case utp = 302
    case unix = 400
    case p2p = 421
    case https = 443
    case tls = 448
    case sni = 449
    case noise = 454
    case quic = 460
    case quicV1 = 461
    case webtransport = 465
    case certhash = 466
    case ws = 477
    case wss = 478
    case http = 480
    case httpPath = 481
    case memory = 777

    /// How the value of a component looks.
    enum Form {
        /// No value.
        case none
        case ipv4
        case ipv6
        case port
        /// One byte, written in decimal.
        case byte
        /// Eight bytes, written in decimal.
        case number
        /// Non-empty text without a slash.
        case text
        /// Everything to the end of the address, slashes included.
        case path
        /// Non-empty text whose slashes are percent-escaped.
        case escapedText
        case peerID
        /// A multihash in multibase.
        case digest

        /// Bytes of the value; nil when a varint says it.
        var fixedLength: Int? {
            switch self {
            case .none: 0
            case .ipv4: 4
            case .ipv6: 16
            case .port: 2
            case .byte: 1
            case .number: 8
            case .text, .path, .escapedText, .peerID, .digest: nil
            }
        }
    }

    var form: Form {
        switch self {
        case .ip4: .ipv4
        case .ip6: .ipv6
        case .tcp, .udp, .dccp, .sctp: .port
        case .ipcidr: .byte
        case .memory: .number
        case .ip6zone, .dns, .dns4, .dns6, .dnsaddr, .sni: .text
        case .unix: .path
        case .httpPath: .escapedText
        case .p2p: .peerID
        case .certhash: .digest
        case .p2pWebRTCDirect, .webrtcDirect, .webrtc, .p2pCircuit, .udt, .utp, .https, .tls, .noise, .quic,
            .quicV1, .webtransport, .ws, .wss, .http:
            .none
        }
    }

    /// The name in text.
    public var name: String {
        switch self {
        case .p2pWebRTCDirect: "p2p-webrtc-direct"
        case .webrtcDirect: "webrtc-direct"
        case .p2pCircuit: "p2p-circuit"
        case .quicV1: "quic-v1"
        case .httpPath: "http-path"
        default: String(describing: self)
        }
    }

    private static let byName: [String: AddressProtocol] = {
        var table = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })
        // The name of `p2p` in older software.
        table["ipfs"] = .p2p
        return table
    }()

    /// - Returns: nil for a name that is not in the table.
    public init?(name: String) {
        guard let found = Self.byName[name] else { return nil }
        self = found
    }
}
