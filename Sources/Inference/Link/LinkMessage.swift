import Gossip
import Overlay

/// Everything that travels on the control stream of a link, `/sam/link/1.0.0`.
///
/// Wire form: kind (1) ‖ body; framed on the stream by an unsigned varint length (see ``LinkFrames``).
public enum LinkMessage: Sendable {
    case hello(Hello)
    case verdict(Verdict)
    case kademlia(KademliaMessage)
    case gossip(GossipMessage)
    case membership(MembershipMessage)
    /// The sender's link to this peer, which may have been a host behind it, is gone.
    case unlinked(PeerID)
    /// How busy a service of the sender is, for one who asked it lately.
    case load(ServiceLoad)
    /// What the sender's calendar shows.
    case calendar(WallTime)

    private enum Kind: UInt8 {
        case hello = 0
        case verdict = 1
        case kademlia = 2
        case gossip = 3
        case unlinked = 4
        case membership = 5
        case load = 6
        case calendar = 8
    }

    /// Kind and body, without the length that frames them on the stream.
    public func encode() -> Bytes {
        var bytes = Bytes()
        switch self {
        case .hello(let hello):
            bytes.writeInteger(Kind.hello.rawValue)
            hello.encode(into: &bytes)
        case .verdict(let verdict):
            bytes.writeInteger(Kind.verdict.rawValue)
            verdict.encode(into: &bytes)
        case .kademlia(let message):
            bytes.writeInteger(Kind.kademlia.rawValue)
            bytes.writeImmutableBuffer(message.encode())
        case .gossip(let message):
            bytes.writeInteger(Kind.gossip.rawValue)
            bytes.writeImmutableBuffer(message.encode())
        case .membership(let message):
            bytes.writeInteger(Kind.membership.rawValue)
            bytes.writeImmutableBuffer(message.encode())
        case .unlinked(let peer):
            bytes.writeInteger(Kind.unlinked.rawValue)
            bytes.writeBytes(peer.publicKey.bytes.array)
        case .load(let load):
            bytes.writeInteger(Kind.load.rawValue)
            load.encode(into: &bytes)
        case .calendar(let wall):
            bytes.writeInteger(Kind.calendar.rawValue)
            bytes.writeInteger(wall.milliseconds)
        }
        return bytes
    }

    public init(decoding bytes: Bytes) throws(LinkMessageError) {
        var bytes = bytes
        guard let rawKind = bytes.readInteger(as: UInt8.self) else { throw .truncated }
        guard let kind = Kind(rawValue: rawKind) else { throw .unknownKind(rawKind) }
        switch kind {
        case .hello: self = .hello(try Hello(decoding: &bytes))
        case .verdict: self = .verdict(try Verdict(decoding: &bytes))
        case .unlinked:
            guard let key = bytes.readBytes(length: PublicKey.length).flatMap({ PublicKey($0) }) else {
                throw .truncated
            }
            self = .unlinked(PeerID(key))
        case .load:
            guard let load = ServiceLoad(decoding: &bytes) else { throw .malformedBody }
            self = .load(load)
        case .calendar:
            guard let milliseconds = bytes.readInteger(as: UInt64.self) else { throw .truncated }
            self = .calendar(WallTime(milliseconds: milliseconds))
        case .kademlia:
            guard let message = try? KademliaMessage(decoding: bytes) else { throw .malformedBody }
            self = .kademlia(message)
            return
        case .gossip:
            guard let message = try? GossipMessage(decoding: bytes) else { throw .malformedBody }
            self = .gossip(message)
            return
        case .membership:
            guard let message = try? MembershipMessage(decoding: bytes) else { throw .malformedBody }
            self = .membership(message)
            return
        }
        guard bytes.readableBytes == 0 else { throw .trailingBytes }
    }
}
