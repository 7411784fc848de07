import Gossip
import Inference
import Overlay
import Testing

@testable import Simulator

/// Honest values and one malicious node that talks to them.
enum MaliceFixtures {
    static let start = Moment(instant: .zero + .hours(1), wall: VirtualClock.epoch + .hours(48))
    static let meshID = MeshID(rootKey: identity(900).publicKey)
    static let draws = Draws(seed: 21)
    static let circle = Conspiracy.Circle(0)

    static func identity(_ number: UInt64) -> Identity {
        var random = RandomSource(seed: 0xbad0 + number)
        return Identity(random: &random)
    }

    static func later(_ span: TimeSpan) -> Moment {
        Moment(instant: start.instant + span, wall: start.wall + span)
    }

    static func record(of number: UInt64) throws -> ContactRecord {
        try ContactRecord(
            signedBy: identity(number), sequence: start.wall.milliseconds, issuedAt: start.wall,
            timeToLive: .hours(12), roles: .server, addresses: [AddressPlan.address(of: NodeIndex(Int(number)))])
    }

    /// A mesh value that has links to these nodes.
    static func mesh(
        of number: UInt64, linkedWith others: [UInt64], knowing dictionaries: [EntryDictionary] = []
    ) -> Mesh {
        var settings = GossipSettings()
        settings.eagerAtFirst = .max
        var mesh = Mesh(
            identity: identity(number), meshID: meshID, settings: settings, random: RandomSource(seed: number))
        var actions: [MeshAction] = []
        for other in others {
            mesh.neighborUp(
                identity(other).peerID, with: GossipAbilities(dictionaries: dictionaries), at: start, into: &actions)
        }
        return mesh
    }

    static func misbehavior(_ behaviour: Behaviour, of number: UInt64 = 66) -> Misbehavior {
        Misbehavior(
            behaviour, of: NodeIndex(Int(number)), circle: circle, identity: identity(number), meshID: meshID,
            draws: draws)
    }

    static func offer(_ name: String) throws -> ServiceOffer {
        try ServiceOffer(name: #require(ServiceName(type: .inference, name: name)), models: ["model-\(name)"])
    }
}

extension Misbehavior {
    /// Everything that it sends in so many acts, with the moment of each.
    mutating func acts(
        _ count: Int, to neighbors: [PeerID], knowing conspiracy: inout Conspiracy
    ) -> [(time: VirtualTime, sending: Sending)] {
        var sendings: [(VirtualTime, Sending)] = []
        for _ in 0..<count {
            let now = nextAct
            let wall = MaliceFixtures.later(now.sinceStart).wall
            for sending in act(at: now, wall: wall, neighbors: neighbors, knowing: &conspiracy) {
                sendings.append((now, sending))
            }
        }
        return sendings
    }
}

extension Mesh {
    /// Hears a message of another mesh value or of an adversary; only gossip is heard.
    mutating func hear(_ message: LinkMessage, from number: UInt64, at now: Moment) -> [MeshAction] {
        var actions: [MeshAction] = []
        guard case .gossip(let gossip) = message else { return [] }
        receive(gossip, from: MaliceFixtures.identity(number).peerID, at: now, into: &actions)
        return actions
    }
}
