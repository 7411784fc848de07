import Overlay

/// Noticing that the own calendar is wrong, and going on all the same.
extension Peer {
    /// By how many milliseconds most neighbours' calendars are ahead of this node's, negative when they are behind; nil while too
    /// few are known.
    public func calendarLead(at now: Moment) -> Int64? { meshTime.lead(at: now) }

    /// The moment that entries and contacts are judged by. See ``MeshTime``.
    func adjusted(_ now: Moment) -> Moment {
        meshTime.adjusted(now, tolerance: settings.gossip.clockSkew)
    }

    /// A neighbour says what its calendar shows.
    mutating func heardCalendar(
        _ wall: WallTime, on link: LinkTable.Link, at now: Moment, into outbox: inout PeerOutbox
    ) {
        links[link.id]?.calendar = MeshTime.Base(wall, at: now.instant)
        reviewCalendar(at: now, into: &outbox)
    }

    mutating func tellCalendar(on link: LinkID, at now: Moment, into outbox: inout PeerOutbox) {
        outbox.append(.send(.calendar(now.own), on: link))
    }

    /// Tells the neighbours when it is time, or when the own calendar was set.
    mutating func tellCalendarIfDue(at now: Moment, into outbox: inout PeerOutbox) {
        let own = MeshTime.Base(now.own, at: now.instant)
        if let told = meshTime.told, now.instant.since(told.at) < settings.calendarInterval,
            own.lead(over: told.base).magnitude < settings.calendarJump.nanoseconds / 1_000_000
        {
            return
        }
        meshTime.noteTold(own, at: now.instant)
        for link in links.mutual { tellCalendar(on: link.id, at: now, into: &outbox) }
    }

    /// Only neighbours count that have a place in the active view, half of which this node chooses itself: whoever connects many
    /// times does not set its calendar.
    mutating func reviewCalendar(at now: Moment, into outbox: inout PeerOutbox) {
        let bases = links.mutual.filter { membership.isActive($0.peer) }.compactMap(\.calendar)
        meshTime.take(bases, least: settings.leastCalendars)
        let isAdjusted = adjusted(now).wall != now.own
        guard isAdjusted != meshTime.isAdjusted else { return }
        meshTime.isAdjusted = isAdjusted
        defer { signAnew(at: adjusted(now), into: &outbox) }
        guard isAdjusted, let lead = meshTime.lead(at: now) else {
            return outbox.notice(.info, "this machine's calendar agrees with those of the neighbours again")
        }
        let span = TimeSpan.milliseconds(lead.magnitude)
        let text = "this machine's calendar is \(span) \(lead > 0 ? "behind" : "ahead of") those of most neighbours"
        outbox.notice(.warning, text + "; the catalog goes by theirs, tokens go by this one: set the clock")
    }

    /// What the node says of itself was signed by another calendar, by which nobody else took it.
    private mutating func signAnew(at now: Moment, into outbox: inout PeerOutbox) {
        renewContact(sequence: kademlia.own.contact.sequence &+ 1, at: now, into: &outbox)
        mesh.publishAgain(at: now)
    }
}
