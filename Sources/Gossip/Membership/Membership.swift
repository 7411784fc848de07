import OrderedCollections
import Overlay

/// Who this node's neighbours are: a small active view of peers with which it gossips, the same on both sides, and a passive
/// view of contacts that take the place of those that are lost.
///
/// Links exist for other reasons too; a peer with a link becomes a neighbour when one of the two asks and the other accepts.
/// A peer that does not answer is no neighbour, whatever its link does. Death is never taken on hearsay: only the end of an own
/// link counts.
///
/// * In: ``linkUp(_:origin:contact:at:into:)`` and ``linkDown(_:contact:isSilent:at:into:)``, ``receive(_:from:at:into:)`` for each
///   message, ``learn(_:)`` for contacts from the DHT, ``dialFailed(_:)`` and ``notLinked(_:)``, ``wake(at:into:)`` at ``nextDeadline``.
/// * Out: the outbox, to be emptied after each call.
/// * To read: ``active``, ``missing``, ``passiveContacts``.
public struct Membership: Sendable {
    let id: PeerID
    private let frozenSettings: Frozen<MembershipSettings>
    let contactSettings: ContactSettings
    let verified: ContactMemory
    var random: RandomSource
    /// This node's own contact; nil while it cannot be dialed.
    var own: ContactRecord?

    var linked: OrderedDictionary<PeerID, LinkedPeer> = [:]
    var passive = PassiveView()
    /// Contacts that are being dialed to take the place of a neighbour, or because they were lost.
    var excursions: OrderedSet<PeerID> = []
    /// Where shuffles of others came from.
    var ways: RecentTable<UInt64, PeerID>
    /// The shuffle of this node that is under way.
    var ownShuffle: UInt64?
    var nextShuffle = Instant.distantFuture
    /// The time between this shuffle and the one before, and how many contacts were in reserve then; before the first, fewer than
    /// any.
    var shufflePause: TimeSpan
    var reservesAtShuffle = -1
    var nextExcursion = Instant.distantFuture
    /// Neighbours that make no room for others while there are any besides them: others were told of them.
    public var spared: Set<PeerID> = []
    /// What happened since the start.
    public internal(set) var counts = MembershipCounts()

    /// - Parameter memory: of checked contacts; nodes of one process may share it.
    public init(
        id: PeerID, frozenSettings: Frozen<MembershipSettings>, contactSettings: ContactSettings = ContactSettings(),
        random: RandomSource, memory: ContactMemory? = nil
    ) {
        self.id = id
        self.frozenSettings = frozenSettings
        self.contactSettings = contactSettings
        self.random = random
        verified = memory ?? ContactMemory(capacity: frozenSettings.value.passive)
        shufflePause = frozenSettings.value.hungryShuffleInterval
        ways = RecentTable(capacity: frozenSettings.value.ways)
    }

    /// As given.
    public var settings: MembershipSettings { frozenSettings.value }

    /// The neighbours, in the order in which their links came up.
    public var active: [PeerID] { linked.filter(\.value.isActive).map(\.key) }
    /// How many neighbours there are.
    public var activeCount: Int { count { $0.isActive } }
    /// Whether a peer is a neighbour.
    public func isActive(_ peer: PeerID) -> Bool { linked[peer]?.isActive ?? false }
    /// Whether a peer is a neighbour that this node dialed.
    public func isChosen(_ peer: PeerID) -> Bool { isActive(peer) && linked[peer]?.origin == .outbound }
    /// How many links the node should seek, besides those whose peers it has asked: until there are neighbours enough, and
    /// enough among them that it chose itself.
    public var missing: Int { max(missingOfAny, missingOutbound) }
    var missingOfAny: Int { max(0, settings.wanted - count { $0.isActive || $0.isAsked }) }
    var missingOutbound: Int {
        max(
            0,
            min(settings.outboundReserve, settings.wanted / 2)
                - count { $0.origin == .outbound && ($0.isActive || $0.isAsked) })
    }
    /// Whether the passive view is less than half full.
    public var isHungry: Bool { passive.count < settings.passive / 2 }
    /// Contacts in reserve.
    public var passiveContacts: [ContactRecord] { passive.contacts }

    /// When ``wake(at:into:)`` has something to do at the latest.
    public var nextDeadline: Instant {
        var deadline = min(nextShuffle, nextExcursion, passive.nextTry)
        let (isShort, isShortOfOutbound) = (missingOfAny > 0, missingOutbound > 0)
        linked.withValues { values in
            for index in values.indices {
                switch values[index].state {
                case .asked(let until): deadline = min(deadline, until)
                case .idle(let until):
                    let isAskable = isShort || (isShortOfOutbound && values[index].origin == .outbound)
                    if isAskable { deadline = min(deadline, until) }
                case .active: break
                }
            }
        }
        return deadline
    }

    /// Does what is due. Calling it early is harmless.
    public mutating func wake(at now: Moment, into outbox: inout [MembershipAction]) {
        for peer in linked.keys {
            guard case .asked(let until)? = linked[peer]?.state, until <= now.instant else { continue }
            counts.unanswered += 1
            excursions.remove(peer)
            pause(peer, at: now.instant)
        }
        fill(at: now.instant, into: &outbox)
        if nextShuffle <= now.instant { shuffle(at: now, into: &outbox) }
        makeExcursions(at: now, into: &outbox)
    }

    /// This node's contact as others should have it; without a dialable address it is told to nobody.
    public mutating func contactRenewed(_ record: ContactRecord) {
        own = record.contact.roles.contains(.server) && record.contact.hasDialableAddress ? record : nil
    }

    func count(where predicate: (LinkedPeer) -> Bool) -> Int {
        linked.withValues { values in values.indices.count { predicate(values[$0]) } }
    }
}
