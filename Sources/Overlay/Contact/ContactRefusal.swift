/// Why the bytes of a contact record were not accepted.
public enum ContactRefusal: Error, Hashable, Sendable {
    /// Longer than ``ContactSettings/recordLength``.
    case tooLong(Int)
    /// Cut short, followed by other bytes, or with an address that is no multiaddr.
    case malformed(WireError)
    /// A format that this version does not know.
    case unknownVersion(UInt8)
    /// More addresses than ``ContactSettings/addressCount``.
    case tooManyAddresses(Int)
    /// One address is longer than ``ContactSettings/addressLength`` or empty.
    case badAddressLength(Int)
    /// The ttl is zero or longer than ``ContactSettings/timeToLive``.
    case badTimeToLive(TimeSpan)
    /// Issued further ahead of our clock than the skew allows; carries how far.
    case fromTheFuture(TimeSpan)
    /// Past its expiry by more than the skew allows; carries how long.
    case expired(TimeSpan)
    /// The signature is not by the key in the record over these bytes.
    case badSignature
    /// Of a node that this one takes no contact of; see ``Kademlia/bar(_:)``.
    case barred
}
