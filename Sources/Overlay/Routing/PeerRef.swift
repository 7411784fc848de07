/// A handle of 32 bits for a contact in a ``PeerTable``: what routing tables hold instead of the contact.
///
/// The upper 8 bits are the generation of the slot, so that a handle that outlived its contact is noticed, the lower
/// 24 bits its index.
public struct PeerRef: Hashable, Sendable {
    static let indexBits: UInt32 = 24
    /// The most contacts that a table can hold.
    public static let capacity = 1 << Int(indexBits)

    let value: UInt32

    init(index: Int, generation: UInt8) {
        value = UInt32(generation) << Self.indexBits | UInt32(truncatingIfNeeded: index)
    }

    var index: Int { Int(value & (1 << Self.indexBits - 1)) }
    var generation: UInt8 { UInt8(truncatingIfNeeded: value >> Self.indexBits) }
}
