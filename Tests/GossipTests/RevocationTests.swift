import Overlay
import Testing

@testable import Gossip

@Suite struct RevocationTests {
    static let root = TestRoot()
    static let examples = [
        root.revoke(.block(block(1)), number: 1),
        root.revoke(.block(Array(block(2).prefix(8))), number: 2, floor: 2),
        root.revoke(.block(block(3) + Array(block(4).prefix(8))), number: 10_000),
        root.revoke(.peer(identity(5).peerID), number: (1 << 63) - 1, floor: (1 << 63) - 2),
    ]

    @Test(arguments: examples) func roundTrip(statement: Revocation) throws {
        let read = try Revocation(decoding: statement.bytes)
        #expect(read == statement)
        #expect(read.hasValidSignature)
        #expect(read.bytes.count <= Revocation.longest)
    }

    @Test func theBytesAreThoseOfTheSpecification() {
        let statement = Self.root.revoke(.peer(identity(5).peerID), number: 7, floor: 3)
        let key = identity(5).publicKey.bytes.array
        let wall = moment(0).wall.milliseconds
        var writer = Writer()
        writer.raw([1, 2])
        writer.raw(testMesh.bytes.array)
        writer.raw(Self.root.key.publicKey.bytes.array)
        for word in [7, 3, wall, wall + 86_400_000] { writer.uint64(word) }
        writer.raw([32] + key)
        #expect(Array(statement.bytes.dropLast(64)) == writer.array)
        let signed = Array("sam revocation v1".utf8) + [0] + writer.array
        #expect(Self.root.key.publicKey.isValid(statement.bytes.suffix(64), for: signed))
    }

    @Test(arguments: examples) func truncatedAndExtendedAreRefused(statement: Revocation) {
        for length in 0..<statement.bytes.count {
            let cut = Array(statement.bytes[..<length])
            // Cut at the end, a part of the signature is read as the subject's, or the other way round; never as good.
            #expect((try? Revocation(decoding: cut))?.hasValidSignature != true, "\(length)")
        }
        #expect((try? Revocation(decoding: statement.bytes + [0]))?.hasValidSignature != true)
    }

    @Test(arguments: examples) func everyBitIsSigned(statement: Revocation) {
        var list = emptyList()
        for index in statement.bytes.indices {
            for bit in 0..<8 {
                let acceptance = list.accept([flipped(statement.bytes, at: index, bit: bit)], at: moment(0).wall)
                guard case .refused? = acceptance.first else {
                    Issue.record("byte \(index), bit \(bit): \(acceptance)")
                    continue
                }
            }
        }
        #expect(list.statementCount == 0 && list.blocks.isEmpty && list.peers.isEmpty)
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>) func garbageIsRefused(seed: UInt64) {
        print("garbage seed \(seed)")
        var random = RandomSource(seed: seed)
        var list = emptyList()
        for _ in 0..<500 {
            var noise = random.bytes(random.below(260))
            if noise.count > 66 {
                noise.replaceSubrange(
                    0..<66,
                    with: [1, 1 + UInt8(random.below(2))] + testMesh.bytes.array
                        + Self.root.key.publicKey.bytes.array)
            }
            let acceptance = list.accept([noise], at: moment(0).wall).first
            #expect(acceptance == .refused(.malformed) || acceptance == .refused(.forged))
        }
    }

    @Test func whatCannotBeIsMalformed() {
        let impossible = [
            Self.root.revoke(.block(block(1)), number: 0, floor: 0),
            Self.root.revoke(.block(block(1)), number: 1, floor: 0),
            Self.root.revoke(.block(block(1)), number: 2, floor: 3), Self.root.revoke(.block([]), number: 1),
            Self.root.revoke(.block(Array(block(1).prefix(7))), number: 1),
            Self.root.revoke(.block(block(1) + block(2)), number: 1),
            Self.root.revoke(.block(block(1)), number: 10_001),
            Self.root.revoke(.block(block(1)), number: 1 << 63, floor: 1 << 63),
        ]
        for statement in impossible {
            #expect(throws: RevocationRefusal.malformed) { try Revocation(decoding: statement.bytes) }
        }
    }

    @Test func onlyTrustedRootsOfThisMeshRevoke() {
        let (other, foreign) = (TestRoot(998), MeshID(rootKey: identity(997).publicKey))
        var list = emptyList()
        #expect(list.accept(other.revoke(.block(block(1)), number: 1)) == .refused(.foreignRoot))
        #expect(list.accept(Self.root.revoke(.block(block(1)), number: 1, mesh: foreign)) == .refused(.foreignMesh))
        // A stranger names the root and signs itself.
        let contents = Self.root.revoke(.block(block(1)), number: 1).contents
        #expect(list.accept(contents.signed(other.key.sign(contents.message))) == .refused(.forged))
        // A signature for something else.
        #expect(
            list.accept(contents.signed(Self.root.key.sign(Array(contents.message.dropFirst(18))))) == .refused(.forged)
        )
        #expect(list.statementCount == 0)
        var both = RevocationList(
            mesh: testMesh, roots: [Self.root.key.publicKey, other.key.publicKey], skew: .seconds(120))
        let (mine, theirs) = (Self.root.revoke(.block(block(1)), number: 1), other.revoke(.block(block(2)), number: 1))
        #expect(both.accept(mine) == .new(mine, hasTwin: false))
        #expect(both.accept(theirs) == .new(theirs, hasTwin: false))
        #expect(both.blocks == [block(1), block(2)] && both.tallies.count == 2)
    }

    // MARK: Order

    @Test func statementsCountInAnyOrderAndGapsAreKnown() {
        var list = emptyList()
        let statements = Self.root.revokeBlocks(1...5)
        for (index, missing) in [(4, 4), (1, 3), (0, 2)] {
            #expect(list.accept(statements[index]) == .new(statements[index], hasTwin: false))
            #expect(list.accept(statements[index]) == .duplicate)
            #expect(list.missingCount == missing && list.hasGap)
        }
        #expect(list.tallies.first?.through == 2)
        #expect(list.blocks == [block(1), block(2), block(5)])
        _ = list.accept(statements.map(\.bytes), at: moment(0).wall)
        #expect(list.missingCount == 0 && !list.hasGap && list.tallies.first?.through == 5)
        #expect(list.all == statements)
        var ordered = Self.list(statements)
        #expect(ordered.tallies == list.tallies)
        #expect(ordered.accept(statements[0]) == .duplicate)
    }

    static func list(_ statements: [Revocation]) -> RevocationList {
        var list = RevocationList(mesh: testMesh, roots: [root.key.publicKey], skew: .seconds(120))
        _ = list.accept(statements.map(\.bytes), at: moment(0).wall)
        return list
    }

    @Test func bothStatementsOfOneNumberCount() {
        let (one, other) = (
            Self.root.revoke(.block(block(1)), number: 1), Self.root.revoke(.peer(identity(1).peerID), number: 1)
        )
        var (left, right) = (Self.list([one]), Self.list([other]))
        #expect(left.missing(in: right.tallies) == [one] && right.missing(in: left.tallies) == [other])
        #expect(left.accept(other) == .new(other, hasTwin: true))
        #expect(right.accept(one) == .new(one, hasTwin: true))
        #expect(left.tallies == right.tallies && left.missing(in: right.tallies).isEmpty)
        #expect(left.blocks == [block(1)] && left.peers == [identity(1).peerID])
    }

    @Test func whatTheOtherLacksIsWhatComesBehindItsTally() {
        let statements = Self.root.revokeBlocks(1...9)
        let (some, all) = (Self.list(Array(statements[..<4])), Self.list(statements))
        #expect(all.missing(in: some.tallies) == Array(statements[4...]))
        #expect(some.missing(in: all.tallies).isEmpty)
        #expect(all.missing(in: []) == statements)
        #expect(some.lacksAny(of: all.tallies) && !all.lacksAny(of: some.tallies))
        #expect(!some.lacksAny(of: [RevocationTally(root: identity(1).publicKey, floor: 1, through: 9, hash: .zero)]))
        let gapped = Self.list([statements[0], statements[2]])
        #expect(all.missing(in: gapped.tallies) == Array(statements[1...]))
    }

    // MARK: Ends and bounds

    @Test func nothingIsForgottenBeforeItsEnd() {
        var list = emptyList()
        let early = Self.root.revoke(.block(block(1)), number: 1, until: moment(100))
        let long = Self.root.revoke(.peer(identity(1).peerID), number: 2, until: moment(5_000))
        _ = list.accept([early, long].map(\.bytes), at: moment(0).wall)
        // Time alone forgets nothing.
        _ = list.accept(Self.root.revoke(.block(block(3)), number: 3), at: moment(1_000))
        #expect(list.blocks.contains(block(1)) && list.statementCount == 3)
        // The root says that the first two are over; by this clock only the first is.
        _ = list.accept(Self.root.revoke(.block(block(4)), number: 4, floor: 3), at: moment(1_000))
        #expect(!list.blocks.contains(block(1)) && list.peers.contains(identity(1).peerID))
        #expect(list.tallies.first?.floor == 3 && list.tallies.first?.through == 4 && list.missingCount == 0)
        // It does not come back, and nobody has to bring it.
        #expect(list.accept(early, at: moment(1_000)) == .refused(.over))
        #expect(list.missing(in: []).map(\.number) == [3, 4])
        _ = list.accept(Self.root.revoke(.block(block(5)), number: 5, floor: 4), at: moment(5_121))
        #expect(list.peers.isEmpty)
    }

    @Test func aFullLogRefusesWhatIsNew() {
        var list = RevocationList(mesh: testMesh, roots: [Self.root.key.publicKey], skew: .zero, capacity: 4)
        for statement in Self.root.revokeBlocks(1...4) {
            #expect(list.accept(statement) == .new(statement, hasTwin: false))
        }
        #expect(list.accept(Self.root.revoke(.block(block(5)), number: 5)) == .refused(.full))
        #expect(list.blocks.count == 4)
        // Once the first have ended and the root says so, there is room again; the statement that says it needs none.
        let later = Self.root.revoke(.block(block(6)), number: 6, floor: 4, until: moment(200_000))
        #expect(list.accept(later, at: moment(90_000)) == .new(later, hasTwin: false))
        #expect(list.statementCount == 2 && list.missingCount == 1)
    }
}
