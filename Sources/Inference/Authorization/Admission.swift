import Biscuit
import Gossip
import Overlay

/// Decides whether a token makes the peer that shows it a member of this mesh.
///
/// What a token says about its owner is read from the authority block alone: that block is signed by the mesh's root,
/// while anybody who holds a token can append others. Checks in any block count, because they only restrict.
public struct Admission: Sendable {
    /// Tokens signed by any of these are accepted.
    public let roots: [Biscuit.PublicKey]
    /// What counts as revoked; a ``Peer`` keeps it as its mesh says.
    public var revocations = Revocations()
    private let settings: AuthorizationSettings
    private let authorizer: Authorizer

    /// - Throws: never with valid settings; an authorizer of one fixed policy always builds.
    public init(
        roots: [Biscuit.PublicKey], settings: AuthorizationSettings = AuthorizationSettings()
    ) throws(DatalogError) {
        self.roots = roots
        self.settings = settings
        var builder = AuthorizerBuilder()
        builder.policies = [Policy(.allow, [.query([], [])])]
        builder.limits = settings.run
        authorizer = try builder.build()
    }

    /// Judges the token that `peer` showed after its handshake.
    public func admit(_ bytes: [UInt8], from peer: PeerID, at now: WallTime) throws(AdmissionRefusal) -> Admitted {
        guard !bytes.isEmpty else { throw .missing }
        guard !revocations.peers.contains(peer) else { throw .peerRevoked }
        let token = try verified(bytes)
        try refuseRevoked(token)
        let evaluation = try evaluate(token, peer: peer, at: now)
        let claims = try Claims(evaluation)
        guard !claims.clientPeers.isEmpty else { throw .unbound }
        let isNode = claims.nodes.isEmpty || claims.nodes.contains(peer.text)
        guard claims.clientPeers.contains(peer.text), isNode else { throw .otherPeer(peer: peer) }
        guard let expiry = claims.expiry else { throw .unlimited }
        guard now <= expiry else { throw .expired(expiry) }
        try decideChecks(of: evaluation)
        return Admitted(
            peer: peer, token: token, digest: TokenDigest(token: bytes), claims: claims, expiry: expiry,
            isUnconditional: evaluation.world.checks.allSatisfy(\.elements.isEmpty))
    }

    /// Judges again what time and revocations may have changed since a peer was admitted. `nil` while it still is.
    public func review(_ admitted: Admitted, at now: WallTime) -> AdmissionRefusal? {
        guard roots.contains(admitted.root) else { return .foreign }
        guard !revocations.peers.contains(admitted.peer) else { return .peerRevoked }
        guard now <= admitted.expiry else { return .expired(admitted.expiry) }
        do throws(AdmissionRefusal) {
            try refuseRevoked(admitted.token)
            guard !admitted.isUnconditional else { return nil }
            try decideChecks(of: try evaluate(admitted.token, peer: admitted.peer, at: now))
            return nil
        } catch {
            return error
        }
    }

    private func verified(_ bytes: [UInt8]) throws(AdmissionRefusal) -> VerifiedToken {
        do throws(TokenError) {
            let token = try Token.parse(bytes, limits: settings.token)
            for root in roots {
                do throws(TokenError) {
                    return try token.verify(root: root)
                } catch .invalidSignature(block: 0) {
                    continue
                }
            }
        } catch {
            throw AdmissionRefusal(error)
        }
        throw .foreign
    }

    /// Whether any block of a token was revoked.
    func isRevoked(_ token: VerifiedToken) -> Bool {
        !revocations.blocks.isEmpty && token.token.revocationIDs.contains(where: revocations.blocks.contains)
    }

    private func refuseRevoked(_ token: VerifiedToken) throws(AdmissionRefusal) {
        if isRevoked(token) { throw .revoked }
    }

    private func evaluate(
        _ token: VerifiedToken, peer: PeerID, at now: WallTime
    ) throws(AdmissionRefusal) -> Evaluation {
        let facts = [
            Fact(Vocabulary.time, .date(now.seconds)),
            Fact(Vocabulary.connectionPeer, .string(peer.text)),
        ]
        do throws(ExecutionError) {
            return try authorizer.bind(token).evaluate(facts: facts)
        } catch {
            throw .unevaluable(error.description)
        }
    }

    /// Checks about the service cannot be decided before one is asked for; each request decides them. A check over
    /// facts that are known now is decided now: a token whose added time limit is over opens no link.
    private func decideChecks(of evaluation: Evaluation) throws(AdmissionRefusal) {
        let outcome: Authorization
        do throws(ExecutionError) {
            outcome = try evaluation.authorize()
        } catch {
            throw .unevaluable(error.description)
        }
        for failed in outcome.failedChecks where Self.isDecidable(failed, in: evaluation.world) {
            throw .failedCheck(failed.source)
        }
    }

    private static func isDecidable(_ failed: Authorization.FailedCheck, in world: World) -> Bool {
        let checks = world.checks.first { $0.origin == failed.origin }?.elements ?? []
        guard checks.indices.contains(failed.index) else { return true }
        return checks[failed.index].queries.allSatisfy { query in
            query.body.allSatisfy { Vocabulary.linkFacts.contains($0.name) }
        }
    }
}

extension AdmissionRefusal {
    init(_ error: TokenError) {
        switch error {
        case .invalidSignature(block: 0), .unknownRoot: self = .foreign
        case .invalidSignature, .invalidExternalSignature, .invalidProof: self = .tampered(error.description)
        default: self = .malformed(error.description)
        }
    }
}
