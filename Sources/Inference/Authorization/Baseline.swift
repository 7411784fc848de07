import Biscuit

/// The policies, rules and checks that every node applies whatever its configuration says, in SAM's wording.
enum Baseline {
    /// One alternative per form of grant. None of them matching is a refusal: nothing is open by default.
    static func policies() throws(SyntaxError) -> [Policy] {
        let withTerms = try AuthorizerBuilder(
            """
            allow if service($type, $name), granted_service_exact($type, $name);
            allow if service($type, $name), granted_service_set($type, $set), $set.contains($name);
            allow if service($type, $name), granted_service_prefix($type, $prefix), $name.starts_with($prefix);
            allow if service($type, $name), granted_service_suffix($type, $suffix), $name.ends_with($suffix);
            allow if service($type, $name), granted_service_all($type);
            """)
        // The text form of Datalog has no predicate without terms, which SAM's vocabulary has.
        let service = Predicate(Vocabulary.service, [.variable("type"), .variable("name")])
        let everything = Predicate(Vocabulary.grantedServiceAllTypes, [])
        return withTerms.policies + [Policy(.allow, [.query([service, everything])])]
    }

    /// Which of the node's own attested facts satisfy the targets that the token names.
    static func rules() throws(SyntaxError) -> [Rule] {
        let withTerms = try AuthorizerBuilder(
            """
            allow_network_target($fact, $value) <-
                target_fact($fact, $value), granted_target_exact($fact, $value);
            allow_network_target($fact, $value) <-
                target_fact($fact, $value), granted_target_set($fact, $set), $set.contains($value);
            allow_network_target($fact, $value) <-
                target_fact($fact, $value), granted_target_prefix($fact, $prefix), $value.starts_with($prefix);
            allow_network_target($fact, $value) <-
                target_fact($fact, $value), granted_target_suffix($fact, $suffix), $value.ends_with($suffix);
            allow_network_target($fact, $value) <- target_fact($fact, $value), granted_target_all($fact);
            """)
        let target = Predicate(Vocabulary.targetFact, [.variable("fact"), .variable("value")])
        let everything = Predicate(Vocabulary.grantedTargetAllFacts, [])
        return withTerms.rules + [Rule(head: allowedTarget, body: [target, everything])]
    }

    /// A check that no policy can replace.
    enum RequiredCheck: CaseIterable {
        /// A stolen token is of no use to another peer.
        case replay
        /// The token may be used at this node.
        case target
        /// The token has not expired.
        case expiry

        func check() throws(SyntaxError) -> Check {
            switch self {
            case .replay: try Check(source: "check if client_peer_id($id), connection_peer_id($id)")
            case .expiry: try Check(source: "check if time($time), expiration($end), $time <= $end")
            case .target:
                Check(.one, [.query([allowedTarget]), .query([Predicate(Vocabulary.targetUnrestricted, [])])])
            }
        }
    }

    private static let allowedTarget = Predicate(
        Vocabulary.allowNetworkTarget, [.variable("fact"), .variable("value")])
}
