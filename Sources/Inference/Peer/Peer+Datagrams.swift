import Gossip
import Overlay

/// The DHT's questions and answers in datagrams, between members of the mesh that need no link for them.
extension Peer {
    /// Takes a message that came in a datagram.
    /// - Parameters:
    ///   - introduction: what the peer told about itself, when the message came with a handshake.
    ///   - source: where the answer goes.
    public mutating func receive(
        _ message: KademliaMessage, introduction: Introduction?, from peer: PeerID, source: DatagramSource,
        at now: Moment, into outbox: inout PeerOutbox
    ) {
        let now = adjusted(now)
        guard !isLeaving, isMember(peer, introduction, at: now) else { return }
        let own = self.introduction
        let room = source.isFirst ? DatagramLimits.answer - own.length : DatagramLimits.message
        withKademlia(at: now, into: &outbox) {
            if let contact = introduction?.contact, !contact.isEmpty {
                $0.introduced(contact, by: peer, at: now, into: &$1)
            }
            $0.receive(message, from: peer, source: source, room: room, at: now, into: &$1)
        }
    }

    /// Whoever shows a token is judged by it, everybody else by the one shown before.
    private mutating func isMember(_ peer: PeerID, _ introduction: Introduction?, at now: Moment) -> Bool {
        guard let introduction else {
            guard let admitted = members[peer], admission.review(admitted, at: now.own) == nil else {
                counters.drop(.notAdmitted)
                return false
            }
            return true
        }
        switch tokens.admit(introduction.token, of: peer, by: admission, at: now.own) {
        case .success(let admitted):
            members[peer] = admitted
            return true
        case .failure(let refusal):
            members[peer] = nil
            counters.drop(refusal)
            return false
        }
    }

    /// What others are told with a handshake: without the contact where a long token leaves no room for it.
    var introduction: Introduction {
        let whole = Introduction(token: token, contact: addresses.isEmpty ? [] : kademlia.own.bytes)
        return whole.fitsWithQuestion ? whole : Introduction(token: token, contact: [])
    }

    mutating func datagramsBlocked(_ isBlocked: Bool, at now: Moment, into outbox: inout PeerOutbox) {
        isWithoutDatagrams = isBlocked
        let text =
            isBlocked
            ? "nobody answers this node's UDP datagrams; it searches over TCP for a while (is UDP blocked by a firewall?)"
            : "UDP datagrams pass again"
        outbox.notice(.info, text)
        guard addresses.contains(where: { UDPEndpoint($0) != nil }) else { return }
        renewContact(sequence: kademlia.own.contact.sequence + 1, at: now, into: &outbox)
    }
}
