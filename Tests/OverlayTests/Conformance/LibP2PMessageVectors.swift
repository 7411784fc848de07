import Testing

@testable import Overlay

/// Messages of libp2p's DHT and of its gossipsub against the shared vectors.
@Suite(.enabled(if: Conformance.isPresent, Conformance.absence))
struct LibP2PMessageVectors {
    @Test func kademlia() throws {
        var tally = Tally("libp2p/kademlia.json, messages")
        for vector in try Conformance.load("libp2p/kademlia.json")["cases"].items
        where vector["kind"].text == "message" {
            tally.run(vector["name"].text ?? "") {
                let encoded = try vector["protobuf_hex"].requireHex()
                let message = try LibP2PKademliaMessage(Bytes(bytes: encoded))
                guard try Self.holds(message, vector["fields"]) else { return false }
                var frames = LibP2PKademliaFrames(answersWithin: LibP2PKademliaSettings())
                frames.append(Bytes(bytes: try vector["framed_hex"].requireHex()))
                guard try frames.next() == message, frames.isAtBoundary else { return false }
                // The encoding is not prescribed, but what this side writes has to be read as the same.
                return try LibP2PKademliaMessage(message.encoded) == message
                    && message.framed.array == vector["framed_hex"].requireHex()
            }
        }
        tally.finish()
    }

    private static func holds(_ message: LibP2PKademliaMessage, _ fields: JSON) throws -> Bool {
        guard message.kind.rawValue == UInt64(fields["type"].int ?? 0) else { return false }
        guard try message.key == fields["key"].requireHex() else { return false }
        let record = try fields["record"].items.enumerated().map { index, part in
            index == 2 ? try part.requireText() : Hexadecimal.encode(try part.requireHex())
        }
        let found = message.record.map { [Hexadecimal.encode($0.key), Hexadecimal.encode($0.value), $0.timeReceived] }
        guard record == found ?? [] else { return false }
        return try same(message.closerPeers, fields["closerPeers"])
            && same(message.providerPeers, fields["providerPeers"])
    }

    private static func same(_ peers: [LibP2PKademliaMessage.Peer], _ expected: JSON) throws -> Bool {
        guard peers.count == expected.items.count else { return false }
        for (peer, vector) in zip(peers, expected.items) {
            let parts = vector.items
            guard parts.count == 3, try peer.id.encoded == parts[0].requireHex() else { return false }
            guard try peer.addresses.map(\.encoded) == parts[1].items.map({ try $0.requireHex() }) else { return false }
            guard peer.connection.rawValue == UInt64(parts[2].int ?? 0) else { return false }
        }
        return true
    }

    // MARK: Gossipsub

    @Test func gossipsub() throws {
        var tally = Tally("libp2p/gossipsub_rpc.json")
        let file = try Conformance.load("libp2p/gossipsub_rpc.json")
        for vector in file["cases"].items {
            tally.run(vector["name"].text ?? "") {
                var framed = Bytes(bytes: try vector["framed_hex"].requireHex())
                let message = try #require(try framed.takeDelimited(limit: GossipsubRPC.longest))
                guard try message.array == vector["rpc_hex"].requireHex(), framed.readableBytes == 0 else {
                    return false
                }
                return try GossipsubRPC(message).agrees(with: vector["expect"], vector)
            }
        }
        for vector in file["framing_negatives"].items {
            tally.refuses(vector["name"].text ?? "") {
                var framed = Bytes(bytes: try vector["framed_hex"].requireHex())
                let message = try framed.takeDelimited(limit: GossipsubRPC.longest)
                _ = try GossipsubRPC(#require(message))
            }
        }
        tally.finish()
    }
}

/// Reads gossipsub's message with the readers and keys of the node, which speaks no gossipsub itself.
private struct GossipsubRPC {
    static let longest = 1 << 20

    private struct Publication {
        var from: [UInt8]?
        var data: [UInt8]?
        var number: [UInt8]?
        var topic = ""
        var signature: [UInt8]?
        var key: [UInt8]?
        /// The message without its signature, as it was signed.
        var unsigned = ProtobufWriter()
    }

    private var subscriptions: [(on: Bool, topic: String)] = []
    private var publications: [Publication] = []
    private var control: [Int: [[ProtobufReader.Field]]] = [:]

    init(_ encoded: Bytes) throws(WireError) {
        var fields = ProtobufReader(encoded)
        while let field = try fields.next() {
            let inner = try Self.all(field.bytes())
            switch field.number {
            case 1:
                subscriptions.append((try Self.flag(inner, 1), try inner.first { $0.number == 2 }?.text() ?? ""))
            case 2: publications.append(try Self.publication(inner))
            case 3:
                for part in inner { control[part.number, default: []].append(try Self.all(part.bytes())) }
            default: continue
            }
        }
    }

    private static func all(_ bytes: Bytes) throws(WireError) -> [ProtobufReader.Field] {
        var (fields, found) = (ProtobufReader(bytes), [ProtobufReader.Field]())
        while let field = try fields.next() { found.append(field) }
        return found
    }

    private static func flag(_ fields: [ProtobufReader.Field], _ number: Int) throws(WireError) -> Bool {
        try fields.first { $0.number == number }?.varint() == 1
    }

    private static func publication(_ fields: [ProtobufReader.Field]) throws(WireError) -> Publication {
        var found = Publication()
        for field in fields {
            let bytes = try field.bytes().array
            switch field.number {
            case 1: found.from = bytes
            case 2: found.data = bytes
            case 3: found.number = bytes
            case 4: found.topic = try field.text()
            case 5: found.signature = bytes
            case 6: found.key = bytes
            default: continue
            }
            if field.number != 5 { found.unsigned.bytes(bytes, field: field.number) }
        }
        return found
    }

    // MARK: What a vector expects

    func agrees(with expected: JSON, _ vector: JSON) throws -> Bool {
        let wanted = expected["subscriptions"].items.map { ($0.items.first?.flag ?? false, $0.items.last?.text ?? "") }
        guard subscriptions.count == wanted.count, zip(subscriptions, wanted).allSatisfy({ $0 == $1 }) else {
            return false
        }
        guard publications.count == expected["publish"].items.count else { return false }
        for (found, wanted) in zip(publications, expected["publish"].items) {
            guard try Self.agrees(found, wanted, vector) else { return false }
        }
        return try agreesOnControl(expected["control"])
    }

    private static func agrees(_ found: Publication, _ wanted: JSON, _ vector: JSON) throws -> Bool {
        if vector["signed_bytes_hex"].text != nil {
            let signed = Array("libp2p-pubsub:".utf8) + found.unsigned.array
            guard try signed == vector["signed_bytes_hex"].requireHex() else { return false }
            guard try found.signature == vector["signature_hex"].requireHex() else { return false }
        }
        if let valid = wanted["signature_valid"].flag, try isSigned(found) != valid { return false }
        if wanted["strict_no_sign"].flag == true {
            guard found.signature == nil, found.key == nil, found.from == nil, found.number == nil else { return false }
        }
        if let from = wanted["from"].text, try PeerID(found.from ?? []).text != from { return false }
        if let topic = wanted["topic"].text, found.topic != topic { return false }
        if wanted["data_hex"].text != nil, try found.data ?? [] != wanted["data_hex"].requireHex() { return false }
        if let number = wanted["seqno"].text {
            guard (found.number ?? []).reduce(0, { $0 << 8 | UInt64($1) }) == UInt64(number) else { return false }
        }
        guard wanted["message_id_default_hex"].text != nil else { return true }
        return try (found.from ?? []) + (found.number ?? []) == wanted["message_id_default_hex"].requireHex()
    }

    private static func isSigned(_ found: Publication) throws -> Bool {
        guard let from = found.from, let signature = found.signature else { return false }
        let peer = try PeerID(from)
        if let key = found.key, try LibP2PPublicKey(key).requireEd25519() != peer.publicKey { return false }
        return peer.publicKey.isValid(signature, for: Array("libp2p-pubsub:".utf8) + found.unsigned.array)
    }

    private func agreesOnControl(_ expected: JSON) throws -> Bool {
        let announced = try (control[1] ?? []).map { fields in
            try fields.map { $0.number == 1 ? try $0.text() : Hexadecimal.encode(try $0.bytes().array) }
        }
        let wanted = expected["ihave"].items.map { [$0.items.first?.text ?? ""] + ($0.items.last?.texts ?? []) }
        guard announced == wanted else { return false }
        guard try topics(3) == expected["graft"].texts else { return false }
        guard try topics(4) == expected["prune"].items.map({ $0["topic"].text ?? "" }) else { return false }
        let unwanted = try (control[5] ?? []).map { try $0.map { Hexadecimal.encode(try $0.bytes().array) } }
        return unwanted == expected["idontwant"].items.map(\.texts)
    }

    private func topics(_ kind: Int) throws -> [String] {
        try (control[kind] ?? []).map { try $0.first { $0.number == 1 }?.text() ?? "" }
    }
}

extension JSON {
    fileprivate var texts: [String] { items.compactMap(\.text) }
}
