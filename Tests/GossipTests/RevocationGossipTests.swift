import Overlay
import Testing

@testable import Gossip

/// How revocations get from node to node.
@Suite struct RevocationGossipTests {
    private static let root = TestRoot()

    private static func world(_ count: Int, seed: UInt64 = 1) -> World {
        World(count: count, seed: seed, roots: [root.key.publicKey])
    }

    @Test func aNewOneIsEverywhereAfterTheLatencies() {
        var world = Self.world(12)
        for index in 1..<12 { world.connect(index, world.below(index)) }
        world.run(.seconds(10))
        let statement = Self.root.revoke(.block(block(1)), number: 1)
        #expect(world.add([statement], to: 11) == [.new(statement, hasTwin: false)])
        // Eleven hops at the very most, 60 ms each.
        world.run(.milliseconds(660))
        for node in world.nodes { #expect(node.revocations.all == [statement]) }
        #expect(world.revoked.allSatisfy { $0 == [statement] })
        // A tree of links: each brings it once.
        #expect(world.sent[.revocations] == 11)
    }

    @Test func onANewLinkBothSidesEndAlikeBeforeTheyAreReady() {
        var world = Self.world(2)
        let statements = Self.root.revokeBlocks(1...700)
        world.add(Array(statements[..<300]), to: 0)
        world.add(statements, to: 1)
        world.connect(0, 1)
        #expect(!world.nodes[0].hasRevocations(of: world.nodes[1].peerID))
        world.run(.milliseconds(60))
        // Node 1 lacks nothing that node 0 could have: it is ready as soon as it has heard so.
        #expect(world.nodes[1].hasRevocations(of: world.nodes[0].peerID))
        world.run(.milliseconds(60))
        #expect(world.nodes[0].hasRevocations(of: world.nodes[1].peerID))
        #expect(world.nodes[0].revocations.all == statements)
        #expect(world.revoked[0].map(\.number) == Array(1...700))
        #expect(world.drops.isEmpty, "\(world.drops)")
    }

    @Test func equalNodesSayLittle() {
        var world = Self.world(2)
        let statements = Self.root.revokeBlocks(1...1_000)
        world.add(statements, to: 0)
        world.add(statements, to: 1)
        let before = world.bytes
        world.connect(0, 1)
        world.run(.milliseconds(120))
        #expect(world.sent[.tally] == 4 && world.sent[.revocations] == nil)
        #expect(world.bytes - before < 400)
        #expect(world.nodes[0].hasRevocations(of: world.nodes[1].peerID))
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>) func lossIsMadeUpFor(seed: UInt64) {
        print("loss seed \(seed)")
        var world = Self.world(8, seed: seed)
        for index in 1..<8 {
            world.connect(index, world.below(index))
            world.connect(index, world.below(index))
        }
        world.faults.lossPerMille = 300
        for number in 1...20 as ClosedRange<UInt64> {
            world.add([Self.root.revoke(.block(block(number)), number: number)], to: 0)
            world.run(.milliseconds(700))
        }
        world.run(.minutes(3))
        world.faults.lossPerMille = 0
        world.run(.minutes(3))
        for (index, node) in world.nodes.enumerated() {
            #expect(node.revocations.statementCount == 20 && node.revocations.missingCount == 0, "\(index)")
            for neighbor in node.neighborIDs { #expect(node.hasRevocations(of: neighbor)) }
        }
    }

    @Test func aNeighbourThatSaysNothingIsAskedAgainAndNeverReady() {
        var world = Self.world(2)
        world.faults.lossPerMille = 1_000
        world.connect(0, 1)
        world.run(.seconds(21))
        #expect(world.nodes[0].counts.sent[.tally] == 5)
        #expect(!world.nodes[0].hasRevocations(of: world.nodes[1].peerID))
        world.faults.lossPerMille = 0
        world.run(.seconds(6))
        #expect(world.nodes[0].hasRevocations(of: world.nodes[1].peerID))
        #expect(world.nodes[0].nextDeadline != .distantFuture)
    }

    @Test func claimsToHaveMoreOnlyHurtTheClaimant() {
        var world = Self.world(3)
        world.connect(0, 1)
        world.connect(0, 2)
        world.run(.seconds(1))
        let claim = RevocationTally(root: Self.root.key.publicKey, floor: 1, through: 9_999, hash: .zero)
        world.inject(.tally(isQuestion: false, [claim]), from: 1, to: 0)
        world.run(.seconds(1))
        #expect(!world.nodes[0].hasRevocations(of: world.nodes[1].peerID))
        #expect(world.nodes[0].hasRevocations(of: world.nodes[2].peerID))
    }

    @Test func forgeriesAreDroppedAndEndTheReading() {
        var world = Self.world(2)
        world.connect(0, 1)
        world.run(.seconds(1))
        let good = Self.root.revoke(.block(block(1)), number: 1)
        let forged = flipped(Self.root.revoke(.block(block(2)), number: 2).bytes, at: 120)
        world.inject(.revocations([forged, good.bytes]), from: 1, to: 0)
        #expect(world.drops[.revocation(.forged)] == 1 && world.nodes[0].revocations.statementCount == 0)
        #expect(DropReason.revocation(.forged).provesMisbehavior)
        let foreign = MeshID(rootKey: identity(7).publicKey)
        world.inject(
            .revocations([Self.root.revoke(.block(block(1)), number: 1, mesh: foreign).bytes, good.bytes]), from: 1,
            to: 0)
        #expect(world.drops[.revocation(.foreignMesh)] == 1 && world.nodes[0].revocations.all == [good])
        // A flood of forgeries costs a bounded number of checks.
        for number in 10...400 as ClosedRange<UInt64> {
            let bytes = flipped(Self.root.revoke(.block(block(number)), number: number).bytes, at: 130)
            world.inject(.revocations([bytes]), from: 1, to: 0)
        }
        #expect((world.drops[.revocation(.forged)] ?? 0) < 70)
        #expect((world.drops[.intakeRate] ?? 0) > 300)
    }

    @Test func aRevokedPeerLeavesEveryCatalogAndStaysOut() throws {
        var world = Self.world(3)
        world.connect(0, 1)
        world.connect(1, 2)
        world.publish(2, ["model"])
        world.run(.seconds(2))
        let host = world.nodes[2].peerID
        #expect(world.listed[0] == [host] && world.listed[1] == [host])
        let entry = try #require(world.nodes[0].catalog[host])
        world.add([Self.root.revoke(.peer(host), number: 1)], to: 1)
        world.run(.seconds(1))
        #expect(world.listed[0].isEmpty && world.listed[1].isEmpty)
        #expect(world.nodes[0].catalog[host] == nil && world.nodes[0].catalog.recordCount == 0)
        world.inject(.push([entry.bytes]), from: 0, to: 1)
        #expect(world.nodes[1].catalog[host] == nil && world.drops[.entry(.revoked)] == 1)
        world.publish(2, ["other"])
        world.run(.minutes(3))
        #expect(world.nodes[0].catalog[host] == nil && world.nodes[1].catalog[host] == nil)
    }

    @Test func nodesWithoutRootsSayNothing() {
        var world = World(count: 2, seed: 3)
        world.connect(0, 1)
        world.run(.minutes(2))
        #expect(world.sent[.tally] == nil)
        #expect(world.nodes[0].hasRevocations(of: world.nodes[1].peerID))
    }
}
