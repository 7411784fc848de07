import Gossip
import Inference
import Overlay

/// What is wrong with one malicious node: a value beside its honest core, which runs the protocol as everybody does.
///
/// The world makes one when the fault begins and forgets it when the fault ends, and asks it
///
/// * ``begin(at:wall:into:)`` once, and ``end(in:)`` when the node becomes honest again;
/// * ``incoming(_:from:)`` for every message of a link, before the core hears it (false: the core never does), and
///   ``hearsCircuits`` for what comes on circuit streams;
/// * ``outgoing(_:to:knowing:)`` for every message that the core sends: what goes out instead, in this order;
/// * ``act(at:wall:neighbors:knowing:)`` when ``nextAct`` has come: what it sends on its own;
/// * ``mayLink(with:)`` before a dial of the core is carried out and before a connection is accepted, and
///   ``wantedLinks`` after ``begin`` and after each act: to these nodes it makes a connection unless there is one, whatever
///   its core thinks of it.
///
/// A ``Behaviour/sybil(near:)`` also has another key from the start: the world makes its identity of
/// ``GroundKey/init(near:amid:of:draws:settings:)``.
///
/// What a malicious node says of itself is its own affair: entries that it signed are no violation when somebody lists
/// them. An entry in the name of an honest node that this node did not sign still is one.
public struct Misbehavior: Sendable {
    /// A message that the node sends without its core.
    public struct Sending: Sendable {
        public let message: LinkMessage
        public let peer: PeerID
    }

    /// A question that the core has not answered yet.
    struct Question: Sendable {
        let peer: PeerID
        let request: UInt32
        let target: NodeKey
        let count: Int
        let skip: Int
    }

    public let behaviour: Behaviour
    public let circle: Conspiracy.Circle
    /// When ``act(at:wall:neighbors:knowing:)`` is due; ``VirtualTime/distantFuture`` when it never is.
    public internal(set) var nextAct = VirtualTime.distantFuture

    let node: NodeIndex
    let identity: Identity
    let meshID: MeshID
    let forge: EntryForge
    let draws: Draws
    let settings: MaliceSettings
    /// Acts so far: the counter of the draws of the next one.
    var acts: UInt64 = 0
    var questions: [Question] = []
    /// The contact that the circle has.
    private var contact: ContactRecord?

    /// - Parameters:
    ///   - behaviour: as planned.
    ///   - circle: of the fault; its nodes are accomplices.
    ///   - identity: the node's own.
    public init(
        _ behaviour: Behaviour, of node: NodeIndex, circle: Conspiracy.Circle, identity: Identity, meshID: MeshID,
        draws: Draws, settings: MaliceSettings = MaliceSettings()
    ) {
        self.behaviour = behaviour
        self.circle = circle
        self.node = node
        self.identity = identity
        self.meshID = meshID
        self.draws = draws
        self.settings = settings
        forge = EntryForge(identity: identity)
    }

    /// The fault begins: the node's contact goes to its accomplices.
    /// - Parameter wall: what the node's calendar shows.
    public mutating func begin(at now: VirtualTime, wall: WallTime, into conspiracy: inout Conspiracy) {
        share(at: wall, with: &conspiracy)
        guard let interval = actInterval else { return }
        // Not all at once: nodes of one fault begin at the same moment.
        nextAct = now + draws.span(in: SpanRange(.zero, interval), .malice, of: subject, .max)
    }

    /// The fault ends: accomplices name the node no more.
    public func end(in conspiracy: inout Conspiracy) {
        conspiracy.leave(identity.peerID, circle: circle)
    }

    /// The node did not run until now: what was due meanwhile is left out.
    mutating func pass(until now: VirtualTime) {
        guard let interval = actInterval else { return }
        while nextAct <= now { nextAct = nextAct + interval }
    }

    // MARK: Links

    /// Nodes that it keeps a connection to, whatever its core wants.
    public var wantedLinks: [NodeIndex] {
        if case .eclipse(let victim) = behaviour { [victim] } else { [] }
    }

    /// Whether it makes or takes a connection to another node.
    public func mayLink(with other: NodeIndex) -> Bool {
        if case .eclipse(let victim) = behaviour { other == victim } else { true }
    }

    /// Whether the core hears what comes on circuit streams. When not, streams that others open stay without an answer.
    public var hearsCircuits: Bool { behaviour != .blackHole }

    // MARK: Time

    /// The time between two acts; nil when it does nothing of its own.
    var actInterval: TimeSpan? {
        switch behaviour {
        case .poisoning(let rate), .replay(let rate), .flooding(let rate):
            rate == 0 ? nil : TimeSpan(nanoseconds: max(1, 1_000_000_000 / rate))
        case .equivocation: settings.equivocationInterval
        case .eclipse: settings.relinkInterval
        case .misrouting, .sybil: settings.contactInterval
        case .blackHole: nil
        }
    }

    var subject: UInt64 { UInt64(node.number) }

    /// Whether it answers searches with accomplices.
    var misroutes: Bool {
        switch behaviour {
        case .misrouting, .eclipse, .sybil: true
        case .blackHole, .poisoning, .replay, .equivocation, .flooding: false
        }
    }

    /// Signs a contact of its own and gives it to the circle.
    private mutating func share(at wall: WallTime, with conspiracy: inout Conspiracy) {
        let signed = try? ContactRecord(
            signedBy: identity, sequence: wall.milliseconds, issuedAt: wall, timeToLive: ContactSettings().timeToLive,
            roles: .server, addresses: AddressPlan.addresses(of: node))
        guard let signed else { return }
        contact = signed
        conspiracy.join(signed, circle: circle)
    }

    /// Gives the circle a new contact when the old one is half over, as honest nodes do.
    mutating func renewContact(at wall: WallTime, with conspiracy: inout Conspiracy) {
        guard let contact, contact.contact.renewsAt <= wall else { return }
        share(at: wall, with: &conspiracy)
    }
}
