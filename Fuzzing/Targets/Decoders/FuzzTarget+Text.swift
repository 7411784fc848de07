import Gossip
import Inference
import Overlay
import YAML

extension FuzzTarget {
    /// What people write and paste.
    static func text(_ samples: Samples) throws -> [FuzzTarget] {
        [
            yaml,
            .text(
                "ip-address", "the text of an IP address",
                samples: ["192.0.2.1", "2001:db8::1", "::", "::ffff:192.0.2.1", "fe80:0:0:1::7"],
                words: ["::", ":", ".", "ffff", "255", "00"], read: { try require(IPAddress($0)) },
                write: \.description),
            .text(
                "multiaddr-text", "the text of an address", samples: Samples.addressTexts,
                words: [
                    "/ip4/", "/ip6/", "/tcp/", "/udp/", "/p2p/", "/dns4/", "/p2p-circuit", "/quic-v1", "/", "65536",
                ],
                read: { try Multiaddr(text: $0) }, write: \.text),
            .text(
                "peer-id-text", "the text of a peer id", samples: samples.peers.map(\.text),
                words: ["12D3KooW", "Qm", "bafz", "1", "0", "l"], read: { try LibP2PPeerID(text: $0) }, write: \.text),
            .text(
                "content-id", "the name of a content in libp2p's DHT",
                samples: [
                    "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG",
                    "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
                ], words: ["Qm", "b", "z", "f", "bafy"], read: { try ContentID(text: $0) }),
            multibase(samples),
            .text(
                "service-path", "the path of a request", samples: ["/inference/openrouter/v1/chat?a=b", "/mcp/x.y"],
                words: ["/", "?", "inference", "SERVICE_TYPE_INFERENCE", "%2F", ".."],
                read: { try ServicePath(parsing: $0) },
                write: { "/\($0.service.type.text)/\($0.service.name)\($0.rest)" }),
            .text(
                "service-pattern", "which services a token grants",
                samples: ["*", "inference:*", "inference:a.*", "mcp:*.b", "inference://openrouter"],
                words: ["*", ":", "://", ".", "system:"],
                read: { try pattern($0, ServicePattern.init(parsing:)) }, write: \.description),
            .text(
                "target-pattern", "at which nodes a token may be used",
                samples: ["*", "node:12D3KooWAqL5p8oMotuJUfrRdkAawb2bgYzdr4dstkR5ZhtG2hJ8", "role:*", "group:x.*"],
                words: ["*", ":", "://", "."], read: { try pattern($0, TargetPattern.init(parsing:)) },
                write: \.description),
            .text(
                "service-name", "the name of a service", samples: ["inference:openrouter", "mcp:files.local"],
                words: [":", ".", "-", "a2a"], read: { try require(ServiceName($0)) }, write: \.description),
            .text(
                "labels", "labels of a node", samples: ["", "region=us-east-1", "a=b,c=d"],
                words: ["=", ",", "\u{0}", " "], read: { try require(LabelSet(parsing: $0)) }, write: \.description),
            try invitation(samples),
        ]
    }

    /// Errors of patterns quote the text.
    private static func pattern<Pattern>(
        _ text: String, _ read: (String) throws(InvalidPattern) -> Pattern
    ) throws -> Pattern {
        do throws(InvalidPattern) {
            return try read(text)
        } catch {
            throw FuzzRefusal(reason: error.expected)
        }
    }

    private static let yaml = FuzzTarget(
        "yaml", "configuration files", form: .text,
        samples: [Array(yamlText.utf8)], words: yamlWords.map { Array($0.utf8) }
    ) { input, _ in
        let document = YAMLReader.read(input)
        if let root = document.root, depth(of: root) > YAMLReader.Settings().maximumDepth + 1 {
            return .broken("a tree that is deeper than its limit")
        }
        guard let problem = document.problems.first else {
            return document.root == nil ? .accepted("nothing") : .accepted("read")
        }
        guard problem.mark.line >= 1, problem.mark.column >= 1 else { return .broken("a problem without a place") }
        return .refused(FuzzRefusal(reason: problem.message))
    }

    private static func depth(of node: YAMLNode) -> Int {
        switch node.content {
        case .text, .null, .unreadable: 1
        case .list(let elements): 1 + (elements.map(depth).max() ?? 0)
        case .mapping(let entries): 1 + (entries.map { depth(of: $0.value) }.max() ?? 0)
        }
    }

    private static let yamlText = """
        version: "v1alpha1"
        labels: {region: us-east-1, "gpu": 8}
        services:
          - type: mcp
            name: tools
            command: ["npx", '-y', server]
          - type: inference
            name: a.b
            target_url: "http://localhost:4000" # comment
        attenuation:
          rules: |
            text
        """
    private static let yamlWords = [
        "- ", "? ", ": ", "{", "}", "[", "]", "&a ", "*a", "!t ", "|", ">", "'", "\"", "\n", "\t", "  ", "#", "---\n",
        "...\n", "%YAML 1.1\n", "~", "\\", "\0", "é", "\u{2028}", "<<: ",
    ]

    private static func multibase(_ samples: Samples) -> FuzzTarget {
        let bytes = samples.words.map(\.array)
        return .text(
            "multibase", "bytes as text that names its encoding",
            samples: Multibase.allCases.enumerated().map { $1.encode(bytes[$0 % bytes.count]) },
            words: ["=", "==", "A", "z", "1", "é"], read: { try Multibase.decode($0) },
            write: { $0.encoding.encode($0.bytes) })
    }

    private static func invitation(_ samples: Samples) throws -> FuzzTarget {
        let addresses = samples.peers.prefix(3).map { samples.addresses[0].with(peer: $0) }
        let text = try Invitation(roots: [samples.root.publicKey], addresses: addresses).text
        return .text(
            "invitation", "invitations", samples: [text], words: ["&", "=", "%", "node=", "root=", "mesh=", "v=1"],
            read: {
                do throws(InvitationError) {
                    return try Invitation(parsing: $0)
                } catch {
                    throw FuzzRefusal(reason: "\(error.field): \(error.expected)")
                }
            }, write: \.text)
    }
}
