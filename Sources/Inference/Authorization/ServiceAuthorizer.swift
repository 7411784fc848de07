import Biscuit
import Gossip
import Overlay

/// Decides which admitted peers may use which services of this node. Built once per configuration; each request runs
/// the Datalog only.
///
/// The operator's rules, policies and checks come before the baseline's. Of the policies the first that matches
/// decides, so that a local `deny` overrides a grant and a local `allow` stands in for a missing one; no policy
/// replaces a check.
public struct ServiceAuthorizer: Sendable {
    private let authorizer: Authorizer
    let settings: AuthorizationSettings
    let localCheckCount: Int
    let node: PeerID
    /// What the node's own token says, for targets; `nil` while it has none.
    private let own: Admitted?

    /// - Parameters:
    ///   - node: this node.
    ///   - own: this node as its own token describes it; without it only its peer id can be a target.
    /// - Throws: when a rule of the policy is not well-formed.
    public init(
        policy: LocalPolicy, node: PeerID, own: Admitted?, settings: AuthorizationSettings = AuthorizationSettings()
    ) throws(ServiceAuthorizerError) {
        var builder = AuthorizerBuilder()
        builder.rules = policy.rules
        builder.policies = policy.policies
        builder.checks = policy.checks
        builder.limits = settings.run
        do throws(SyntaxError) {
            builder.policies += try Baseline.policies()
            builder.rules += try Baseline.rules()
            for required in Baseline.RequiredCheck.allCases { builder.checks.append(try required.check()) }
        } catch {
            throw .baseline(error)
        }
        do throws(DatalogError) {
            authorizer = try builder.build()
        } catch {
            throw .policy(error)
        }
        self.settings = settings
        self.node = node
        self.own = own
        localCheckCount = policy.checks.count
    }

    /// - Parameter peer: the peer that the request's own handshake proved.
    public func authorize(
        _ admitted: Admitted, service: ServiceName, peer: PeerID, at now: WallTime
    ) -> Decision {
        // Decided here as well as in Datalog, where a local rule could state another peer or another time.
        guard admitted.peer == peer else { return refuse(.otherPeer(peer: peer)) }
        guard now <= admitted.expiry else { return refuse(.expired(admitted.expiry)) }
        let facts = requestFacts(service: service, peer: peer, at: now)
        do throws(ExecutionError) {
            let outcome = try authorizer.authorize(admitted.token, facts: facts)
            if outcome.isAllowed, let policy = outcome.policy { return .allowed(policy: policy.source) }
            return .refused(explain(outcome, admitted: admitted, service: service))
        } catch {
            return refuse(.unevaluable(error.description))
        }
    }

    private func requestFacts(service: ServiceName, peer: PeerID, at now: WallTime) -> [Fact] {
        var facts = [
            Fact(Vocabulary.time, .date(now.seconds)),
            Fact(Vocabulary.connectionPeer, .string(peer.text)),
            Fact(Vocabulary.service, .string(service.type.text), .string(service.name)),
            target(Vocabulary.node, node.text),
        ]
        // A token that has run out proves nothing about this node any more.
        guard let own, now <= own.expiry else { return facts }
        if let user = own.user { facts.append(target(Vocabulary.user, user)) }
        if let email = own.email { facts.append(target(Vocabulary.email, email)) }
        facts += own.groups.map { target(Vocabulary.group, $0) }
        facts += own.roles.map { target(Vocabulary.role, $0) }
        return facts
    }

    private func target(_ fact: String, _ value: String) -> Fact {
        Fact(Vocabulary.targetFact, .string(fact), .string(value))
    }

    private func refuse(_ refusal: AdmissionRefusal) -> Decision {
        let text = refusal.description
        return .refused(Decision.Refusal(status: 401, code: refusal.code, message: text, detail: text))
    }
}

/// Why a service authorizer cannot be built.
public enum ServiceAuthorizerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The baseline does not parse: a defect of this program.
    case baseline(SyntaxError)
    /// A rule, policy or check of the configuration is not well-formed.
    case policy(DatalogError)

    public var description: String {
        switch self {
        case .baseline(let error): "the baseline policy does not parse: \(error)"
        case .policy(let error): "the local policy is not well-formed: \(error)"
        }
    }
}
