/// An advertisement that wants a place. Whether it is true is for the owner to judge, who then calls
/// ``Kademlia/judged(_:as:at:into:)``.
public struct RegistrationRequest: Hashable, Sendable {
    /// Where its answer goes.
    enum Way: Hashable, Sendable {
        case link
        case datagram(DatagramSource)
    }

    /// What the owner makes of it.
    public enum Judgement: Hashable, Sendable {
        /// The host does offer this.
        case acceptable
        /// The host says that it offers this no more.
        case withdrawal
        /// It is forged, old, of another host or about something else.
        case refused
    }

    let request: UInt32
    let way: Way
    let ticket: Ticket
    /// Who asks, as the handshake proved.
    public let host: PeerID
    /// Key of the topic under which it wants to be found.
    public let topic: NodeKey
    /// The host's signed catalog entry, exact bytes.
    public let advertisement: [UInt8]
}
