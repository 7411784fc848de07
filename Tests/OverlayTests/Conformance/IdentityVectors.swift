import Testing

@testable import Overlay

/// Keys, peer ids, signed envelopes and identify messages against the shared vectors.
@Suite(.enabled(if: Conformance.isPresent, Conformance.absence))
struct IdentityVectors {
    @Test func peerIDs() throws {
        var tally = Tally("libp2p/peerid.json")
        for vector in try Conformance.load("libp2p/peerid.json")["cases"].items {
            let text = try vector["peer_id"].requireText()
            tally.run(text) {
                let key = try LibP2PPublicKey(vector["public_key_protobuf"].requireHex())
                let peer = LibP2PPeerID(key)
                guard try key.encoded == vector["public_key_protobuf"].requireHex() else { return false }
                guard try peer.encoded == vector["peer_id_hex"].requireHex(), peer.text == text else { return false }
                guard try peer.contentText(.base32) == vector["peer_id_cid_base32"].requireText() else { return false }
                guard try peer.contentText(.base36) == vector["peer_id_cid_base36"].requireText() else { return false }
                for form in ["peer_id", "peer_id_cid_base32", "peer_id_cid_base36"] {
                    guard try LibP2PPeerID(text: vector[form].requireText()) == peer else { return false }
                }
                guard try SHA256.hash(peer.encoded).array == vector["kad_id_sha256"].requireHex() else { return false }
                guard key.type == .ed25519 else { return (try? PeerID(text: text)) == nil }
                return try Self.checkOwn(vector, text)
            }
        }
        tally.finish()
    }

    private static func checkOwn(_ vector: JSON, _ text: String) throws -> Bool {
        let peer = try PeerID(text: text)
        guard peer.text == text, try peer.encoded == vector["peer_id_hex"].requireHex() else { return false }
        guard try NodeKey(peer).bytes.array == vector["kad_id_sha256"].requireHex() else { return false }
        let seed = try vector["seed"].requireHex()
        let message = Array(try vector["message_utf8"].requireText().utf8)
        let signature = try vector["signature"].requireHex()
        guard let identity = Identity(seed: seed) else { return false }
        return identity.peerID == peer && identity.sign(message) == signature
            && identity.publicKey.isValid(signature, for: message)
            && !identity.publicKey.isValid(signature, for: message + [0]) && identity.seed == Secret(seed)
    }

    @Test func peerIDText() throws {
        var tally = Tally("libp2p/peerid_parse.json")
        let file = try Conformance.load("libp2p/peerid_parse.json")
        for vector in file["cases"].items {
            let text = try vector["text"].requireText()
            if vector["valid"].flag == true {
                tally.run(text) { try !LibP2PPeerID(text: text).encoded.isEmpty }
            } else {
                tally.refuses(text) { _ = try LibP2PPeerID(text: text) }
            }
        }
        for vector in file["public_key_negatives"].items {
            let bytes = try vector["public_key_protobuf_hex"].requireHex()
            tally.refuses(vector["why"].text ?? "") { _ = try LibP2PPublicKey(bytes) }
        }
        tally.finish()
    }

    @Test func signedEnvelopes() throws {
        var tally = Tally("libp2p/signed_envelope.json")
        for vector in try Conformance.load("libp2p/signed_envelope.json")["cases"].items {
            let name = vector["why"].text ?? "record \(vector["id"].int ?? 0)"
            let encoded = try vector["envelope_hex"].requireHex()
            guard vector["seed"].text != nil else {
                tally.refuses(name) { _ = try PeerRecord(sealed: encoded) }
                continue
            }
            tally.run(name) {
                let identity = try #require(Identity(seed: vector["seed"].requireHex()))
                let sequence = try #require(UInt64(vector["seq"].requireText()))
                let addresses = try vector["addrs"].items.map { try Multiaddr(text: $0.requireText()) }
                let record = try PeerRecord(sealed: encoded)
                guard record == PeerRecord(peer: identity.peerID, sequence: sequence, addresses: addresses) else {
                    return false
                }
                let own = PeerRecord.sealed(sequence: sequence, addresses: addresses, by: identity)
                return try own.encoded == encoded && own.payload == vector["payload_hex"].requireHex()
            }
        }
        tally.finish()
    }

    @Test func identify() throws {
        var tally = Tally("libp2p/identify.json")
        for vector in try Conformance.load("libp2p/identify.json")["cases"].items {
            for field in ["without_signed_record_hex", "with_signed_record_hex", "framed_hex"] {
                tally.run(field) {
                    var encoded = Bytes(bytes: try vector[field].requireHex())
                    if field == "framed_hex" {
                        encoded = try #require(try encoded.takeDelimited(limit: IdentifyInfo.maximumLength))
                    }
                    return try Self.check(IdentifyInfo(encoded.array), encoded.array, vector)
                }
            }
        }
        tally.finish()
    }

    private static func check(_ info: IdentifyInfo, _ encoded: [UInt8], _ vector: JSON) throws -> Bool {
        let peer = try PeerID(text: vector["peer_id"].requireText())
        guard info.publicKey == peer.publicKey, info.encoded == encoded else { return false }
        guard info.listenAddresses.map(\.text) == vector["listen"].items.compactMap(\.text) else { return false }
        guard info.protocols == vector["protocols"].items.compactMap(\.text) else { return false }
        guard info.observedAddress?.text == vector["observed"].text else { return false }
        if let record = info.signedPeerRecord, try PeerRecord(sealed: record).peer != peer { return false }
        return info.agentVersion == vector["agentVersion"].text
            && info.protocolVersion == vector["protocolVersion"].text
    }
}
