/// What the owner of a ``Kademlia`` has to do, in order.
public enum KademliaAction: Hashable, Sendable {
    /// Send to a peer whose link is admitted.
    case send(KademliaMessage, to: PeerID)
    /// Send a question in a datagram; a first one introduces this node to the peer.
    case ask(KademliaMessage, of: PeerID, at: UDPEndpoint, isFirst: Bool)
    /// Send an answer to where the question came from.
    case answer(KademliaMessage, to: DatagramSource)
    /// Send a dial-back from a port that no datagram to this place ever came from; for the sender of that question.
    case dialBack(DialBackNonce, to: UDPEndpoint, for: DatagramSource)
    /// Whether others reach the node is judged anew: its contact is to say it.
    case reachChanged(Reach)
    /// Nothing that was asked by datagram is answered any more, or it is again: the node's contact is to say which.
    case datagramsBlocked(Bool)
    /// Make a link to this contact, then call `linkAdmitted`, or `dialFailed` when that is not possible.
    case connect(Contact)
    /// A lookup that the owner asked for has ended.
    case lookupFinished(LookupID, LookupResult)
    /// Somebody has named the peer whose contact the owner wanted.
    case contactFound(Contact)
    /// Nobody knows that peer's contact.
    case contactMissing(PeerID)
    /// A peer wants its advertisement kept: judge it, then call `judged`, at once or never.
    case judge(RegistrationRequest)
    /// A registrar has answered a search with advertisements, which are for the owner to judge.
    case advertisementsFound(SearchID, from: ContactRecord, [[UInt8]])
    /// A search that the owner asked for has ended.
    case searchFinished(SearchID, SearchResult)
    /// Sign the node's own contact anew with a sequence of at least this, then call `contactRenewed`.
    case renewContact(sequence: UInt64)
    /// Something was ignored; count it.
    case drop(KademliaDrop, from: PeerID?)
}

/// Names a lookup; chosen by whoever asks for it.
public struct LookupID: Hashable, Sendable {
    public let value: UInt64

    public init(_ value: UInt64) {
        self.value = value
    }
}

/// Why something was ignored.
public enum KademliaDrop: Hashable, Sendable {
    /// The sender's link is not admitted.
    case notAdmitted
    /// An answer to a question that was not asked of this peer, or was given up.
    case unsolicited
    /// A contact record that is not acceptable.
    case badRecord(ContactRefusal)
    /// A peer told another peer's contact as its own.
    case foreignContact
    /// The peer asks more often than ``KademliaSettings/questionsPerSecond``.
    case tooManyQuestions
    /// Somebody's advertisement is not to be kept.
    case badAdvertisement
    /// No room for another contact; see ``KademliaSettings/peers``.
    case peerTableFull
}
