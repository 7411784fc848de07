/// A registrar's word on how long a host has waited for a place, which the host keeps for it (TopDisc): the registrar
/// remembers nothing of those who wait.
///
/// Layout: first asked at 8 │ valid from 8 (nanoseconds of the registrar's clock, big-endian) │ code 16, the first half
/// of HMAC-SHA256 over the topic, the host's key and both times. It means something to the registrar only.
public struct Ticket: Hashable, Sendable {
    /// The 32 bytes on the wire.
    public let bytes: Bytes32

    /// Stands where there is none.
    public static let none = Ticket(bytes: .zero)

    /// From the wire; says nothing about whose it is.
    public init(bytes: Bytes32) {
        self.bytes = bytes
    }

    var firstAskedAt: Instant { Instant(nanoseconds: bytes.bigEndianWords.0) }
    var validFrom: Instant { Instant(nanoseconds: bytes.bigEndianWords.1) }
}
