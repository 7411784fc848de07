import Overlay

extension FuzzTarget {
    /// Numbers, addresses and names as bytes.
    static func multiformats(_ samples: Samples) -> [FuzzTarget] {
        [
            .codec(
                "varint", "numbers of variable length",
                samples: [0, 1, 127, 128, 300, 1 << 32, 1 << 62].map { Varint.encode($0) },
                decode: { try require(try Varint.decode($0)) }, encode: { Varint.encode($0.value) }),
            .codec(
                "multihash", "digests that name their function",
                samples: samples.words.map { Multihash(function: .sha256, digest: $0.array).encoded },
                decode: { try Multihash($0) }, encode: \.encoded),
            .codec(
                "multiaddr", "addresses", samples: samples.addresses.map(\.encoded), decode: { try Multiaddr($0) },
                encode: \.encoded),
            .decoder(
                "protobuf", "fields of a protobuf message", form: .message,
                samples: [samples.identify.encoded] + samples.libp2pMessages.map(\.encoded.array)
            ) { bytes in
                var reader = ProtobufReader(bytes)
                while let field = try reader.next() { _ = try? field.text(limit: 64) }
            },
        ]
    }

    /// Keys, and what they sign.
    static func identities(_ samples: Samples) -> [FuzzTarget] {
        let identity = samples.identities[0]
        let record = PeerRecord(peer: identity.peerID, sequence: 7, addresses: samples.addresses)
        let sealed = PeerRecord.sealed(sequence: 7, addresses: samples.addresses, by: identity)
        let key = samples.words[0]
        let payload = NoisePayload(proving: key, of: identity, muxers: ["/yamux/1.0.0", "/mplex/6.7.0"])
        return [
            .codec(
                "public-key", "libp2p's public keys", form: .message, samples: samples.identities.map(\.publicKey.encoded),
                decode: { try LibP2PPublicKey($0) }, encode: \.encoded),
            .codec(
                "peer-id", "libp2p's peer ids", samples: samples.peers.map(\.encoded),
                decode: { try LibP2PPeerID($0) }, encode: \.encoded),
            .codec(
                "peer-record", "the addresses of a libp2p peer, without its signature", form: .message,
                samples: [record.encoded], decode: { try PeerRecord($0) }, encode: \.encoded),
            .decoder(
                "signed-envelope", "the signed addresses of a libp2p peer", form: .message,
                samples: [sealed.encoded], decode: { try PeerRecord(sealed: $0) }),
            .codec(
                "identify", "what libp2p peers say of themselves", form: .message,
                samples: [samples.identify.encoded], decode: { try IdentifyInfo($0) }, encode: \.encoded),
            .codec(
                "noise-payload", "the proof inside libp2p's handshake", form: .message, samples: [payload.encoded],
                decode: { try NoisePayload($0, proving: key) }, encode: \.encoded),
            contactRecord(samples),
        ]
    }

    /// Half of the inputs are signed anew, so that the form is judged behind the signature as well.
    private static func contactRecord(_ samples: Samples) -> FuzzTarget {
        let signing = Signing(samples.identities, domain: "sam contact v1\0", keyOffset: 2)
        return FuzzTarget(
            "contact-record", "signed contacts of nodes", form: .bytes, samples: samples.contacts.map(\.bytes)
        ) { input, random in
            let bytes = random.isOnce(in: 2) ? signing.sign(input, &random) : input
            do {
                let record = try ContactRecord(decoding: bytes)
                guard record.bytes == bytes else { return .broken("a record that does not keep its bytes") }
                _ = (record.networks, record.datagramEndpoint, record.contact.expiresAt)
                do {
                    try record.verify(at: Samples.start)
                    return .accepted("genuine")
                } catch {
                    return .refused(error)
                }
            } catch {
                return .refused(error)
            }
        }
    }
}

extension Samples {
    /// What a node says of itself.
    var identify: IdentifyInfo {
        var info = IdentifyInfo()
        info.protocolVersion = "ipfs/0.1.0"
        info.agentVersion = "samnode/1.0"
        info.publicKey = identities[0].publicKey
        info.listenAddresses = addresses
        info.observedAddress = addresses[0]
        info.protocols = ["/ipfs/id/1.0.0", "/ipfs/ping/1.0.0", "/ipfs/kad/1.0.0"]
        info.signedPeerRecord = PeerRecord.sealed(sequence: 1, addresses: addresses, by: identities[0]).encoded
        return info
    }
}
