import Overlay

extension FuzzTarget {
    /// What libp2p peers send after they have proved who they are, and to get there.
    static func libp2p(_ samples: Samples) -> [FuzzTarget] {
        [
            .codec(
                "multistream", "a line of the negotiation of protocols", samples: samples.multistreamLines,
                words: [Array("/ipfs/".utf8), [0x0A], Array("na\n".utf8)],
                decode: { bytes in
                    var input = Bytes(bytes: bytes)
                    return try require(try MultistreamMessage.take(&input))
                },
                encode: { message in
                    var output = Bytes()
                    message.write(to: &output)
                    return output.array
                }),
            .codec(
                "yamux-frame", "the head of a frame of the multiplexer", samples: samples.yamuxFrames,
                decode: { bytes in
                    var input = Bytes(bytes: bytes)
                    return try require(try YamuxFrame.take(&input))
                },
                encode: { frame in
                    var output = Bytes()
                    frame.write(to: &output)
                    return output.array
                }),
            .codec(
                "libp2p-kademlia", "messages of libp2p's DHT", form: .message,
                samples: samples.libp2pMessages.map(\.encoded.array),
                decode: { try LibP2PKademliaMessage(Bytes(bytes: $0)) }, encode: \.encoded.array),
            .decoder(
                "libp2p-kademlia-stream", "a stream of libp2p's DHT",
                samples: [samples.libp2pMessages.flatMap(\.framed.array)]
            ) { bytes in
                var frames = LibP2PKademliaFrames(requestsWithin: LibP2PKademliaSettings())
                var rest = bytes[...]
                while !rest.isEmpty {
                    frames.append(Bytes(bytes: Array(rest.prefix(100))))
                    rest = rest.dropFirst(100)
                    while try frames.next() != nil {}
                }
            },
        ]
    }
}

extension Samples {
    var multistreamLines: [[UInt8]] {
        [.header, .notAvailable, .list, .protocolID("/ipfs/id/1.0.0")].map { (message: MultistreamMessage) in
            var output = Bytes()
            message.write(to: &output)
            return output.array
        }
    }

    var yamuxFrames: [[UInt8]] {
        [
            YamuxFrame(.data, stream: 1, length: 3), YamuxFrame(.windowUpdate, .syn, stream: 2, length: 256 << 10),
            YamuxFrame(.ping, .ack, length: 7), YamuxFrame(.goAway, length: YamuxFrame.GoAway.normal),
        ].map { frame in
            var output = Bytes()
            frame.write(to: &output)
            return output.array
        }
    }

    /// One of each kind, and an answer with peers.
    var libp2pMessages: [LibP2PKademliaMessage] {
        let kinds: [LibP2PKademliaMessage.Kind] = [.putValue, .getValue, .addProvider, .getProviders, .findNode, .ping]
        let requests = kinds.map { LibP2PKademliaMessage($0, key: words[0].array) }
        let peers = peers.compactMap { peer in
            (try? LibP2PPeerID(peer.encoded)).map {
                LibP2PKademliaMessage.Peer(id: $0, addresses: addresses.map(\.withoutPeer), connection: .connected)
            }
        }
        var answer = LibP2PKademliaMessage(.getProviders, key: words[1].array)
        answer.closerPeers = peers
        answer.providerPeers = Array(peers.prefix(1))
        let record = LibP2PKademliaMessage.Record(
            key: Array("/v/hello".utf8), value: words[2].array, timeReceived: "2027-01-15T08:00:00Z")
        let provided = LibP2PKademliaMessage(.putValue, key: Array("/v/hello".utf8), record: record)
        return requests + [answer, provided]
    }
}
