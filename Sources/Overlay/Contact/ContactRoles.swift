/// What a node offers to others in the overlay, as a bit set of one byte in its contact record.
///
/// Bits without a name are sent as zero and ignored on receipt (they stay inside the signed bytes), so that a later
/// version can add a role without a new record format.
public struct ContactRoles: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Answers lookups and can be dialed: may stand in routing tables. A node without it is a client.
    public static let server = ContactRoles(rawValue: 1 << 0)
}
