import Overlay
import Testing

@testable import Gossip

/// A mesh's root key for tests, and what it states.
struct TestRoot {
    let key: Identity
    var mesh = testMesh

    init(_ number: UInt64 = 999) { key = identity(number) }

    func revoke(
        _ subject: Revocation.Subject, number: UInt64, floor: UInt64 = 1, until end: Moment = moment(86_400),
        mesh: MeshID? = nil
    ) -> Revocation {
        let contents = Revocation.Contents(
            subject, mesh: mesh ?? self.mesh, root: key.publicKey, number: number, floor: floor,
            issuedAt: moment(0).wall, end: end.wall)
        return contents.signed(key.sign(contents.message))
    }

    /// Statements about blocks, with these numbers.
    func revokeBlocks(_ numbers: ClosedRange<UInt64>, floor: UInt64 = 1) -> [Revocation] {
        numbers.map { revoke(.block(block($0)), number: $0, floor: floor) }
    }
}

/// The revocation id of an invented block.
func block(_ number: UInt64) -> [UInt8] {
    var random = RandomSource(seed: 0xB10C + number)
    return random.bytes(64)
}

/// Of the test's mesh, trusting its root.
func emptyList() -> RevocationList {
    RevocationList(mesh: testMesh, roots: [TestRoot().key.publicKey], skew: .seconds(120))
}

extension RevocationList {
    /// Judges one statement.
    mutating func accept(_ statement: Revocation, at now: Moment = moment(0)) -> Acceptance? {
        accept([statement.bytes], at: now.wall).first
    }
}
