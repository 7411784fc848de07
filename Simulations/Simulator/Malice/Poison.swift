import Gossip
import Overlay

/// Kinds of entries that no honest node may take.
public enum Poison: Int, CaseIterable, Hashable, Sendable {
    /// Its own, with one bit of the signature turned.
    case brokenSignature
    /// Names another publisher and is signed with the poisoner's own key.
    case stolenName
    case foreignMesh
    /// Was over long ago.
    case expired
    /// Begins later than any clock is wrong.
    case ahead
    /// Longer than an entry may be.
    case oversized
    /// Ends before what it announces.
    case malformed
    /// Lives longer than an entry may.
    case longLived
}

extension EntryForge {
    /// An entry of one kind of poison, different for every sequence number.
    /// - Parameters:
    ///   - victim: the publisher whose name is stolen.
    ///   - offset: how far dates are off.
    func poison(
        _ kind: Poison, own: Bytes32, mesh: MeshID, victim: Bytes32, sequence: UInt64, wall: WallTime,
        offset: TimeSpan
    ) -> [UInt8] {
        var claim = Claim(mesh: mesh.bytes, key: own, sequence: sequence, issuedAt: wall)
        switch kind {
        case .brokenSignature:
            var bytes = entry(claim)
            if let last = bytes.indices.last { bytes[last - 63] ^= 1 }
            return bytes
        case .stolenName: claim.key = victim
        case .foreignMesh: claim.mesh = own
        case .expired: claim.issuedAt = wall - offset
        case .ahead: claim.issuedAt = wall + offset
        case .oversized: claim.models = Self.oversizedModels
        case .malformed: claim.announcedServices = 2
        case .longLived: claim.timeToLive = GossipSettings().maximumTTL + .hours(1)
        }
        return entry(claim)
    }

    /// Names, in ascending order, that are too long together by as little as fits.
    private static var oversizedModels: [String] {
        let padding = String(repeating: "m", count: 240)
        return (0...GossipSettings().entryLength / 240).map { number in
            "\(1_000 + number)\(padding)"
        }
    }
}
