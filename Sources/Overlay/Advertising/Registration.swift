/// What a registrar answers to a host that asks for a place.
public enum Registration: Hashable, Sendable {
    /// Come back after this time, and within ``AdvertisementSettings/window``, with this ticket.
    case waiting(TimeSpan, Ticket)
    /// The advertisement stays for so long.
    case registered(TimeSpan)
    /// It will not be kept, now or later: it is not acceptable.
    case refused
}
