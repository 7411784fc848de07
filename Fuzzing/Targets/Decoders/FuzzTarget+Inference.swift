import Gossip
import Inference
import Overlay

extension FuzzTarget {
    /// Links, circuits and what goes through them.
    static func inference(_ samples: Samples) -> [FuzzTarget] {
        [
            .codec(
                "link", "messages on a link's control stream", samples: samples.linkMessages.map { $0.encode().array },
                decode: { try LinkMessage(decoding: Bytes(bytes: $0)) }, encode: { $0.encode().array }),
            .decoder(
                "link-stream", "a link's control stream",
                samples: [samples.linkMessages.flatMap { LinkFrames.frame($0.encode()).array }]
            ) { bytes in
                var frames = LinkFrames()
                var rest = bytes[...]
                while !rest.isEmpty {
                    frames.append(Bytes(bytes: Array(rest.prefix(100))))
                    rest = rest.dropFirst(100)
                    while let frame = try frames.next() { _ = try LinkMessage(decoding: frame) }
                }
            },
            .codec(
                "introduction", "what a node tells of itself in a datagram",
                samples: [Introduction(token: samples.tokens[0], contact: samples.contacts[0].bytes).encode()],
                decode: { try Introduction(decoding: $0) }, encode: { $0.encode() }),
            .codec(
                "circuit-open", "where a circuit is to go",
                samples: samples.peers.map { CircuitOpen(hopsLeft: 1, target: $0).encode().array },
                decode: { bytes in
                    var input = Bytes(bytes: bytes)
                    guard case .open(let open) = CircuitOpen.parse(&input) else { throw FuzzRefusal(reason: "no head") }
                    return open
                }, encode: { $0.encode().array }),
            .codec(
                "circuit-status", "whether a circuit was opened",
                samples: [CircuitStatus(code: .busy, retryAfter: .seconds(1)).encode().array],
                decode: { bytes in
                    var input = Bytes(bytes: bytes)
                    guard case .status(let status) = CircuitStatus.parse(&input) else {
                        throw FuzzRefusal(reason: "no status")
                    }
                    return status
                }, encode: { $0.encode().array }),
            .codec(
                "circuit-record", "requests and answers inside a circuit",
                samples: samples.circuitRecords.map { $0.encode().array },
                decode: { try require(CircuitRecord(decoding: Bytes(bytes: $0))) }, encode: { $0.encode().array }),
        ]
    }
}

extension Samples {
    /// One of each kind.
    var linkMessages: [LinkMessage] {
        [
            .hello(Hello(meshID: mesh, token: tokens[1])), .verdict(Verdict(code: .admitted)),
            .verdict(Verdict(code: .refused, message: "the token expired – ü")),
            .verdict(Verdict(code: .full, message: "full", contacts: contacts.map(\.bytes))), .unlinked(peers[2]),
            .kademlia(kademliaMessages[0]), .gossip(gossipMessages[0]), .membership(membershipMessages[0]),
        ]
    }

    /// One of each kind.
    var circuitRecords: [CircuitRecord] {
        let fields = [
            HeaderField(name: "content-type", value: "application/json"), HeaderField(name: "x-request-id", value: "ü"),
        ]
        return [
            .request(RequestHead(method: "POST", path: "/inference/openrouter/v1/chat/completions", fields: fields)),
            .response(ResponseHead(status: 200, fields: fields)), .body(Bytes(string: "{\"model\": \"x\"}")), .end,
            .refusal(status: 403, code: "forbidden", message: "not granted"),
            .failure(ServingFailure(code: "backend", message: "gone", isRetryable: true, retryAfter: .seconds(1))),
        ]
    }
}
