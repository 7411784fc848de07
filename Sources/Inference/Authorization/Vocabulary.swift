import Biscuit

/// The names of the facts that tokens and policies of a mesh are written with. They are SAM's, so that its tokens and
/// its configuration files mean the same here.
public enum Vocabulary {
    /// Who the token belongs to.
    public static let user = "user"
    public static let email = "email"
    public static let group = "group"
    public static let role = "role"
    /// The peer id of the node that the token was issued to.
    public static let node = "node"
    /// The same, as half of the check against replay.
    public static let clientPeer = "client_peer_id"
    /// The peer id that the handshake proved; stated by the verifier.
    public static let connectionPeer = "connection_peer_id"
    public static let expiration = "expiration"
    /// The verifier's clock; stated by the verifier.
    public static let time = "time"
    public static let right = "right"
    public static let label = "label"
    /// Type and name of the service asked for; stated by the verifier.
    public static let service = "service"

    public static let grantedServiceExact = "granted_service_exact"
    public static let grantedServiceSet = "granted_service_set"
    public static let grantedServicePrefix = "granted_service_prefix"
    public static let grantedServiceSuffix = "granted_service_suffix"
    public static let grantedServiceAll = "granted_service_all"
    public static let grantedServiceAllTypes = "granted_service_all_types"

    public static let grantedTargetExact = "granted_target_exact"
    public static let grantedTargetSet = "granted_target_set"
    public static let grantedTargetPrefix = "granted_target_prefix"
    public static let grantedTargetSuffix = "granted_target_suffix"
    public static let grantedTargetAll = "granted_target_all"
    public static let grantedTargetAllFacts = "granted_target_all_facts"
    /// What the verifying node is, as its own token attests; stated by the verifier.
    public static let targetFact = "target_fact"
    public static let allowNetworkTarget = "allow_network_target"
    public static let targetUnrestricted = "target_unrestricted"
    public static let targetRestricted = "target_restricted"

    /// The value of ``right`` that lets a node carry the circuits of others.
    public static let relayRight = "relay"
    /// The role that brings ``relayRight``.
    public static let routerRole = "sam:role:router"

    /// The facts of a node's token that others may name as targets.
    static let targetFacts = [node, user, email, group, role]

    /// Facts that are all known when a link is judged, before anybody asked for a service. A check over these alone is
    /// decided then.
    static let linkFacts: Set<String> = [
        user, email, group, role, node, clientPeer, connectionPeer, expiration, time, right, label,
    ]
}
