import Overlay

/// The revocations that a node knows: at most one log for each root key that it trusts, and nothing gets in that the root
/// did not sign for this mesh.
public struct RevocationList: Sendable {
    /// The mesh whose revocations are taken.
    public let mesh: MeshID
    /// The keys whose statements count.
    public let roots: [PublicKey]
    private let skew: TimeSpan
    private let capacity: Int
    private var logs: [RevocationLog] = []
    /// Signatures of blocks that no good token has.
    public private(set) var blocks: Set<[UInt8]> = []
    /// Peers whose tokens are no good.
    public private(set) var peers: Set<PeerID> = []
    /// What others are told of it, as of the last ``count()``; kept, because it is asked for on every new link.
    public private(set) var tallies: [RevocationTally] = []

    /// - Parameters:
    ///   - roots: trusted keys; of more than ``GossipSettings/mostRoots`` the first ones count.
    ///   - skew: how long a statement is kept after its end, since clocks differ.
    ///   - capacity: statements of one root at most; see ``GossipSettings/revocationCapacity``.
    public init(
        mesh: MeshID, roots: [PublicKey], skew: TimeSpan, capacity: Int = GossipSettings().revocationCapacity
    ) {
        self.mesh = mesh
        self.roots = Array(roots.prefix(GossipSettings.mostRoots))
        self.skew = skew
        self.capacity = capacity
    }

    /// Every statement, by root in the order of ``roots`` met so far, then by number.
    public var all: [Revocation] { logs.flatMap(\.statements) }
    /// Statements of all roots.
    public var statementCount: Int { logs.reduce(0) { $0 + $1.statements.count } }
    /// How many numbers exist that are not here.
    public var missingCount: Int { logs.reduce(0) { $0 + $1.missing.count } }
    var hasGap: Bool { logs.contains { $0.highest > $0.through } }

    // MARK: Taking

    /// What became of a statement.
    public enum Acceptance: Hashable, Sendable {
        /// - Parameter hasTwin: the root gave the number to something else before.
        case new(Revocation, hasTwin: Bool)
        case duplicate
        case refused(RevocationRefusal)
    }

    /// What the checks that cost little make of a statement; nil when only the signature is left to check.
    enum Examination: Sendable {
        case candidate(Revocation)
        case duplicate
        case refused(RevocationRefusal)
    }

    func examine(_ bytes: [UInt8]) -> Examination {
        let statement: Revocation
        do throws(RevocationRefusal) {
            statement = try Revocation(decoding: bytes)
        } catch {
            return .refused(error)
        }
        guard statement.contents.mesh == mesh else { return .refused(.foreignMesh) }
        guard roots.contains(statement.root) else { return .refused(.foreignRoot) }
        guard let log = logs.first(where: { $0.root == statement.root }) else { return .candidate(statement) }
        if log.contains(statement) { return .duplicate }
        if let refusal = log.refusal(of: statement, capacity: capacity) { return .refused(refusal) }
        return .candidate(statement)
    }

    /// Checks the signature of a candidate and keeps it.
    mutating func admit(_ statement: Revocation, at now: WallTime) -> Acceptance {
        guard statement.hasValidSignature else { return .refused(.forged) }
        let index = index(of: statement.root)
        let hasTwin = logs[index].hasTwin(of: statement)
        let isForgetful = logs[index].insert(statement, at: now, skew: skew)
        if isForgetful {
            (blocks, peers) = ([], [])
            for known in all { note(known.subject) }
        } else {
            note(statement.subject)
        }
        return .new(statement, hasTwin: hasTwin)
    }

    /// Judges statements from anywhere and keeps those that are good.
    public mutating func accept(_ statements: [[UInt8]], at now: WallTime) -> [Acceptance] {
        let acceptances = statements.map { bytes -> Acceptance in
            switch examine(bytes) {
            case .duplicate: .duplicate
            case .refused(let refusal): .refused(refusal)
            case .candidate(let statement): admit(statement, at: now)
            }
        }
        count()
        return acceptances
    }

    /// Brings ``tallies`` up to date, after any number of ``admit(_:at:)``.
    mutating func count() { tallies = logs.map(\.tally) }

    private mutating func note(_ subject: Revocation.Subject) {
        switch subject {
        case .block(let id): blocks.insert(id)
        case .peer(let peer): peers.insert(peer)
        }
    }

    private mutating func index(of root: PublicKey) -> Int {
        if let index = logs.firstIndex(where: { $0.root == root }) { return index }
        logs.append(RevocationLog(root: root))
        return logs.count - 1
    }

    // MARK: Comparing

    /// Whether somebody with these tallies has a statement that is not here.
    func lacksAny(of others: [RevocationTally]) -> Bool {
        others.contains { other in
            guard roots.contains(other.root) else { return false }
            return other.through > (tallies.first { $0.root == other.root }?.through ?? other.floor - 1)
        }
    }

    /// The statements that somebody with these tallies lacks.
    func missing(in others: [RevocationTally]) -> [Revocation] {
        zip(logs, tallies).flatMap { log, own in
            log.missing(in: others.first { $0.root == log.root }, own: own)
        }
    }
}
