/// The parts of a ``MembershipMessage/shuffle(id:hops:contacts:)``.
struct Shuffle: Sendable {
    let id: UInt64
    let hops: UInt8
    let contacts: [[UInt8]]
}
