/// Whether others reach this node, judged by dial-backs: a peer is given a nonce, says that it has sent it to the node's
/// listening port from a port of its own that this node never sent anything to, and the nonce arrives or does not.
///
///     ask (nonce) ─► peer ─► answer (sent, seen at)      over the session
///                      └───► nonce                       from another port
///
/// A translator or firewall that lets in answers only lets in the answer and not the nonce. What a peer says counts for nothing
/// without the nonce, and for a miss only together with that of others; see ``conclude(at:settings:)``.
public struct DialBacks: Sendable {
    /// A question under way.
    struct Attempt: Sendable {
        let request: UInt32
        let peer: PeerID
        let vantage: Vantage
        /// Where the question went. What comes from there proves nothing.
        let asked: UDPEndpoint
        let nonce: DialBackNonce
        let deadline: Instant
        /// Where the peer saw the question come from; nil until it said that it has sent the dial-back.
        var seen: UDPEndpoint?
        var hasArrived = false
    }

    /// The last result of one network.
    private struct Witness: Sendable {
        let vantage: Vantage
        let hasReached: Bool
    }

    private struct Caller: Sendable {
        let vantage: Vantage
        let at: Instant
    }

    /// Where the node says that it listens for datagrams.
    private(set) var endpoints: [UDPEndpoint] = []
    private(set) var attempt: Attempt?
    /// Oldest first.
    private var witnesses: [Witness] = []
    /// Networks that were asked, the least recently asked first.
    private var asked: [Vantage] = []
    /// Who dialed this node lately, oldest first.
    private var callers: [Caller] = []
    /// What the datagrams say; links come on top.
    private var datagrams = Reach.unknown
    /// The peer whose promised dial-backs did not arrive, and how many in a row.
    private var vain: (peer: PeerID, count: Int)?
    private var nextAt = Instant.distantFuture
    private var quickLeft = 0
    /// How many networks could be asked when somebody was asked last.
    private var others = 1
    /// What the owner was last told.
    public private(set) var reach = Reach.unknown
    /// Where the last peer that was asked saw this node.
    public private(set) var seen: UDPEndpoint?
    /// Dial-backs that came since the start.
    public private(set) var arrived: UInt64 = 0
    /// Promised ones that did not.
    public private(set) var missed: UInt64 = 0

    /// Witnesses that reached this node and that did not, of those that count now.
    public var witnessCounts: (reached: Int, missed: Int) {
        let reached = witnesses.count(where: \.hasReached)
        return (reached, witnesses.count - reached)
    }

    var nextDeadline: Instant { attempt?.deadline ?? nextAt }

    /// The node listens elsewhere from now on: what was true of other addresses counts no more.
    mutating func listen(at endpoints: [UDPEndpoint], now: Instant, settings: DialBackSettings) {
        guard endpoints != self.endpoints else { return }
        let before = self
        self = DialBacks()
        (arrived, missed, reach) = (before.arrived, before.missed, before.reach)
        self.endpoints = endpoints
        guard !endpoints.isEmpty else { return }
        quickLeft = settings.quickQuestions
        nextAt = now + settings.firstPause
    }

    // MARK: Asking

    /// Whether somebody is to be asked now.
    func isDue(at now: Instant) -> Bool { attempt == nil && nextAt <= now }

    /// The port that dial-backs of a peer at this address are to go to; nil when the node does not listen in that family.
    func port(for ip: IPAddress) -> UInt16? { endpoints.first { $0.ip.isV4 == ip.isV4 }?.port }

    /// Nobody can be asked now.
    mutating func nobodyThere(at now: Instant, settings: DialBackSettings) { nextAt = now + settings.idlePause }

    /// Whom to ask: whoever owes a dial-back; in doubt, whoever reached the node before; then somebody of a network that was not
    /// asked yet, then of the one that was asked longest ago.
    mutating func choice(
        of candidates: [(peer: PeerID, vantage: Vantage)], random: inout RandomSource
    ) -> Int? {
        guard !candidates.isEmpty else { return nil }
        let there = Set(candidates.map(\.vantage))
        others = there.count
        if let vain, let index = candidates.firstIndex(where: { $0.peer == vain.peer }) { return index }
        vain = nil
        if isInDoubt {
            // Who is gone cannot say it again.
            witnesses.removeAll { !there.contains($0.vantage) }
            if let witness = witnesses.first(where: \.hasReached) {
                return index(of: witness.vantage, in: candidates, random: &random)
            }
        }
        let fresh = candidates.indices.filter { !asked.contains(candidates[$0].vantage) }
        if !fresh.isEmpty { return fresh[random.below(fresh.count)] }
        return asked.first(where: there.contains).flatMap { index(of: $0, in: candidates, random: &random) }
    }

    /// One of the peers of a network.
    private func index(
        of vantage: Vantage, in candidates: [(peer: PeerID, vantage: Vantage)], random: inout RandomSource
    ) -> Int? {
        let standing = candidates.indices.filter { candidates[$0].vantage == vantage }
        return standing.isEmpty ? nil : standing[random.below(standing.count)]
    }

    /// The last witness contradicts those before.
    private var isInDoubt: Bool { datagrams == .reached && witnesses.last?.hasReached == false }

    mutating func begin(_ attempt: Attempt, settings: DialBackSettings) {
        self.attempt = attempt
        asked.removeAll { $0 == attempt.vantage }
        if asked.count >= settings.asked { asked.removeFirst() }
        asked.append(attempt.vantage)
    }

    // MARK: Results

    /// A peer has answered. False when it was not asked.
    mutating func answered(
        _ answer: DialBackAnswer, request: UInt32, by peer: PeerID, at now: Instant, random: inout RandomSource,
        settings: DialBackSettings
    ) -> Bool {
        guard let attempt, attempt.request == request, attempt.peer == peer, attempt.seen == nil else { return false }
        guard answer.isSent else {
            end(at: now, random: &random, settings: settings)
            return true
        }
        seen = answer.seen
        self.attempt?.seen = answer.seen
        if !endpoints.contains(where: { $0.ip == answer.seen.ip }) {
            // Others see it where it does not say that it is: nobody reaches it by what it says.
            note(false, from: attempt.vantage, settings: settings)
            end(at: now, random: &random, settings: settings)
        } else if attempt.hasArrived {
            hasReached(at: now, random: &random, settings: settings)
        }
        return true
    }

    /// A nonce has come. False when it is not the one that is waited for, or comes from where this node has sent the question.
    mutating func arrived(
        _ nonce: DialBackNonce, from source: UDPEndpoint, at now: Instant, random: inout RandomSource,
        settings: DialBackSettings
    ) -> Bool {
        guard let attempt, attempt.nonce == nonce, attempt.asked != source, !attempt.hasArrived else { return false }
        self.attempt?.hasArrived = true
        if attempt.seen != nil { hasReached(at: now, random: &random, settings: settings) }
        return true
    }

    private mutating func hasReached(at now: Instant, random: inout RandomSource, settings: DialBackSettings) {
        guard let attempt else { return }
        arrived &+= 1
        note(true, from: attempt.vantage, settings: settings)
        end(at: now, random: &random, settings: settings)
    }

    /// Ends the question whose time is over. A peer that did not even answer says nothing: it may not know dial-backs.
    mutating func expire(at now: Instant, random: inout RandomSource, settings: DialBackSettings) {
        guard let attempt, attempt.deadline <= now else { return }
        if attempt.seen != nil {
            missed &+= 1
            let count = (vain?.peer == attempt.peer ? vain?.count ?? 0 : 0) + 1
            if count >= settings.tries || datagrams == .unreached {
                note(false, from: attempt.vantage, settings: settings)
            } else {
                vain = (attempt.peer, count)
            }
        } else {
            vain = nil
        }
        end(at: now, random: &random, settings: settings)
    }

    private mutating func note(_ hasReached: Bool, from vantage: Vantage, settings: DialBackSettings) {
        vain = nil
        witnesses.removeAll { $0.vantage == vantage }
        witnesses.append(Witness(vantage: vantage, hasReached: hasReached))
        forgetWitnesses(settings)
        let (reached, missed) = witnessCounts
        let isEnough = reached >= min(settings.reachedAtLeast, needed(settings))
        if reached >= needed(settings) {
            datagrams = .reached
        } else if missed >= needed(settings), !isEnough {
            datagrams = .unreached
        } else if datagrams == .unreached, isEnough {
            datagrams = .unknown
        }
    }

    /// The oldest go, but not the last few who reached the node: those who say that they did not may lie, however many they are.
    private mutating func forgetWitnesses(_ settings: DialBackSettings) {
        let most = max(needed(settings), min(settings.witnesses, others))
        while witnesses.count > most {
            let isKept = witnessCounts.reached <= settings.reachedAtLeast
            witnesses.remove(at: isKept ? witnesses.firstIndex { !$0.hasReached } ?? 0 : 0)
        }
    }

    private func needed(_ settings: DialBackSettings) -> Int { max(1, min(settings.needed, others)) }

    private mutating func end(at now: Instant, random: inout RandomSource, settings: DialBackSettings) {
        attempt = nil
        if isSettled(settings) {
            quickLeft = settings.quickQuestions
        } else if quickLeft > 0 {
            quickLeft -= 1
            nextAt = now + settings.quickPause
            return
        }
        nextAt = now + random.jittered(settings.slowPause, percent: 25)
    }

    /// Whether the witnesses agree with what follows from them, the last one included.
    private func isSettled(_ settings: DialBackSettings) -> Bool {
        guard datagrams != .unknown, vain == nil, let last = witnesses.last else { return false }
        let (reached, missed) = witnessCounts
        let agreeing = datagrams == .reached ? reached : missed
        return agreeing >= needed(settings) && last.hasReached == (datagrams == .reached)
    }

    // MARK: What follows

    /// A peer has made a connection to this node, from a port of its own as all connections are.
    mutating func dialed(by peer: PeerID, from ip: IPAddress, at now: Instant, settings: DialBackSettings) {
        let vantage = Vantage(peer, at: ip)
        callers.removeAll { $0.vantage == vantage }
        if callers.count >= settings.callers { callers.removeFirst() }
        callers.append(Caller(vantage: vantage, at: now))
    }

    /// What is known now. True when it is news.
    mutating func conclude(at now: Instant, settings: DialBackSettings) -> Bool {
        let before = reach
        reach = datagrams
        if datagrams == .unreached {
            callers.removeAll { now.since($0.at) >= settings.callerLife }
            if callers.count >= needed(settings) { reach = .linksOnly }
        }
        return reach != before
    }
}
