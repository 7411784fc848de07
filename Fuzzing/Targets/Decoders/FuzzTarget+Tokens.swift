import Biscuit
import Inference
import Overlay

extension FuzzTarget {
    /// What proves membership. Tokens, blocks and policies are tried harder by `biscuit-benchmark fuzz`.
    static func tokens(_ samples: Samples) throws -> [FuzzTarget] {
        let admission = try Admission(roots: [samples.root.publicKey])
        let peer = samples.peers[0]
        return [
            .decoder("token", "tokens", form: .message, samples: samples.tokens) { bytes in
                let token = try Token.parse(bytes)
                _ = try token.blockSources()
            },
            .decoder("admission", "tokens that peers show", form: .message, samples: [samples.tokens[0]]) { bytes in
                try admission.admit(bytes, from: peer, at: Samples.start)
            },
            .text(
                "datalog", "policies", samples: policies,
                words: [
                    "check if ", "allow if ", "deny if ", " <- ", "$x", "(", ")", "[", "{", ",", ";", " or ", "\"",
                ],
                read: { try AuthorizerBuilder($0) }),
        ]
    }

    private static let policies = [
        "allow if service($type, $name), granted_service_prefix($type, $p), $name.starts_with($p);",
        "check if time($time), expiration($end), $time <= $end; deny if true;",
        "a($x) <- b($x, [1, \"é\", hex:00]), $x.length() > 3 && !false;",
    ]
}
