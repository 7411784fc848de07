import OrderedCollections
import Overlay

/// Contacts in reserve: signed, in date, none of them a neighbour now. Some were neighbours and were lost; those are tried
/// again for a while, because a partition looks like death.
struct PassiveView: Sendable {
    struct Reserve: Sendable {
        var contact: ContactRecord
        /// When it is tried again, and how often it was; nil for a contact that was never a neighbour.
        var loss: Loss?
    }

    struct Loss: Sendable {
        var tries: Int
        var nextTry: Instant
    }

    private var reserves: OrderedDictionary<PeerID, Reserve> = [:]

    var count: Int { reserves.count }
    var contacts: [ContactRecord] { reserves.values.map(\.contact) }
    func contains(_ peer: PeerID) -> Bool { reserves[peer] != nil }

    /// When the first of the lost ones is tried again.
    var nextTry: Instant {
        reserves.withValues { values in
            values.indices.reduce(.distantFuture) { min($0, values[$1].loss?.nextTry ?? .distantFuture) }
        }
    }

    /// Takes a contact in; when there is no room, in the place of a random one that was not lost.
    mutating func insert(_ contact: ContactRecord, capacity: Int, random: inout RandomSource) {
        if let known = reserves[contact.peer] {
            if contact.isNewer(than: known.contact) { reserves[contact.peer]?.contact = contact }
            return
        }
        guard makeRoom(capacity: capacity, random: &random) else { return }
        reserves[contact.peer] = Reserve(contact: contact)
    }

    /// Takes in a neighbour that was lost.
    mutating func insertLost(
        _ contact: ContactRecord, at now: Instant, settings: MembershipSettings, random: inout RandomSource
    ) {
        reserves[contact.peer] = nil
        guard makeRoom(capacity: settings.passive, random: &random) else { return }
        let lost = reserves.values.filter { $0.loss != nil }
        if lost.count >= settings.lost, let oldest = lost.max(by: { ($0.loss?.tries ?? 0) < ($1.loss?.tries ?? 0) }) {
            reserves[oldest.contact.peer]?.loss = nil
        }
        let pause = random.jittered(settings.firstLostPause, percent: 20)
        reserves[contact.peer] = Reserve(contact: contact, loss: Loss(tries: 0, nextTry: now + pause))
    }

    mutating func remove(_ peer: PeerID) { reserves[peer] = nil }

    /// A dial failed: an ordinary contact is dropped, a lost neighbour tried again later.
    mutating func failed(_ peer: PeerID) {
        if reserves[peer]?.loss == nil { reserves[peer] = nil }
    }

    /// Those lost neighbours whose next try is due, with the time of the one after it set.
    mutating func dueLosses(
        at now: Instant, settings: MembershipSettings, random: inout RandomSource
    ) -> [ContactRecord] {
        let due = reserves.values.filter { ($0.loss?.nextTry ?? .distantFuture) <= now }
        for reserve in due {
            guard var loss = reserve.loss else { continue }
            loss.tries += 1
            let doubled = settings.firstLostPause * (1 << UInt64(min(loss.tries, 16)))
            loss.nextTry = now + random.jittered(min(doubled, settings.longestLostPause), percent: 20)
            reserves[reserve.contact.peer]?.loss = loss.tries < settings.lostTries ? loss : nil
        }
        return due.map(\.contact)
    }

    /// `count` of the contacts that are in date; those that are not are dropped.
    mutating func sample(
        _ count: Int, at now: WallTime, settings: ContactSettings, random: inout RandomSource
    ) -> [ContactRecord] {
        reserves.removeAll { (try? $0.value.contact.checkTime(at: now, settings: settings)) == nil }
        var contacts = contacts
        random.shuffle(&contacts)
        return Array(contacts.prefix(count))
    }

    private mutating func makeRoom(capacity: Int, random: inout RandomSource) -> Bool {
        guard reserves.count >= capacity else { return true }
        let ordinary = reserves.values.indices.filter { reserves.values[$0].loss == nil }
        guard !ordinary.isEmpty else { return false }
        reserves.remove(at: ordinary[random.below(ordinary.count)])
        return true
    }
}
