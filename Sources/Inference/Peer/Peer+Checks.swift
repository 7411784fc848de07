import Overlay

/// Asking neighbours whether they are still there, when there is reason to think that they may not be.
extension Peer {
    /// When all links are checked next, and when they were last.
    struct LinkChecks {
        var due = Instant.distantFuture
        var last: Instant?
    }

    /// A peer went without a word. Who went with it is seen at once, not when the keep-alive of each link has its turn.
    mutating func checkLinksSoon(at now: Moment) {
        let earliest = checks.last.map { $0 + settings.checkPause } ?? now.instant
        checks.due = min(checks.due, max(earliest, now.instant))
    }

    mutating func checkLinksIfDue(at now: Moment, into outbox: inout PeerOutbox) {
        guard checks.due <= now.instant else { return }
        checks = LinkChecks(last: now.instant)
        for link in links.mutual { check(link, at: now, into: &outbox) }
    }

    /// Somebody else could not reach a peer to which this node has a link.
    mutating func checkLink(to peer: PeerID, at now: Moment, into outbox: inout PeerOutbox) {
        guard let link = links.usableLink(to: peer).flatMap({ links[$0] }) else { return }
        if let last = link.checkedAt, now.instant.since(last) < settings.checkPause { return }
        check(link, at: now, into: &outbox)
    }

    /// A link that carries circuits keeps the patience that it has: what is lost with it is dearer than some seconds.
    private mutating func check(_ link: LinkTable.Link, at now: Moment, into outbox: inout PeerOutbox) {
        guard link.retiresAt == nil else { return }
        links[link.id]?.checkedAt = now.instant
        let patience = link.streams == 0 ? settings.checkLimit : settings.busyCheckLimit
        outbox.append(.check(link.id, within: patience))
    }
}
