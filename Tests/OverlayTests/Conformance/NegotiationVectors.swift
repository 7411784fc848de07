import Testing

@testable import Overlay

/// multistream-select and yamux frames against the shared vectors.
@Suite(.enabled(if: Conformance.isPresent, Conformance.absence))
struct NegotiationVectors {
    @Test func multistream() throws {
        var tally = Tally("libp2p/multistream.json")
        let file = try Conformance.load("libp2p/multistream.json")
        for vector in file["cases"].items {
            tally.run(vector["text"].text ?? "") {
                let encoded = try vector["frame_hex"].requireHex()
                var input = Bytes(bytes: encoded)
                let message = try #require(try MultistreamMessage.take(&input))
                var output = Bytes()
                message.write(to: &output)
                return message.text == vector["text"].text && output.array == encoded && input.readableBytes == 0
            }
        }
        for vector in file["dialogues"].items {
            tally.run(vector["name"].text ?? "") { try Self.checkDialogue(vector) }
        }
        for vector in file["negatives"].items {
            tally.refuses(vector["why"].text ?? "") {
                var responder = MultistreamResponder()
                var input = Bytes(bytes: try vector["hex"].requireHex())
                var output = Bytes()
                _ = try responder.receive(&input, supported: ["/noise"], output: &output)
                // What is only incomplete is refused at the end of the stream.
                if input.readableBytes > 0 { throw MultistreamMessage.Failure.malformed }
            }
        }
        tally.finish()
    }

    private static func checkDialogue(_ vector: JSON) throws -> Bool {
        var responder = MultistreamResponder()
        var input = Bytes(bytes: try vector["initiator"].requireHex())
        var output = Bytes()
        let supported = vector["responder_supports"].items.compactMap(\.text)
        let step = try responder.receive(&input, supported: supported, output: &output)
        guard try step == .selected(vector["selected"].requireText()) else { return false }
        guard try output.array == vector["responder"].requireHex() else { return false }
        var proposals: [String] = []
        var lines = Bytes(bytes: try vector["initiator"].requireHex())
        while case .some(let line) = try MultistreamMessage.take(&lines) {
            if case .protocolID(let name) = line { proposals.append(name) }
        }
        var initiator = MultistreamInitiator(proposals: proposals)
        var sent = Bytes()
        initiator.start(into: &sent)
        let answer = try initiator.receive(&output, output: &sent)
        return try answer == .selected(vector["selected"].requireText())
            && sent.array == vector["initiator"].requireHex()
    }

    @Test func yamux() throws {
        var tally = Tally("libp2p/yamux.json")
        let file = try Conformance.load("libp2p/yamux.json")
        #expect(file["initial_window"].int == YamuxStream.initialWindow)
        for vector in file["cases"].items {
            tally.run(vector["name"].text ?? "") {
                let encoded = try vector["frame_hex"].requireHex()
                var input = Bytes(bytes: encoded)
                let frame = try #require(try YamuxFrame.take(&input))
                var output = Bytes()
                frame.write(to: &output)
                output.append(input)
                return try Int(frame.kind.rawValue) == vector["type"].int
                    && Int(frame.flags.rawValue) == vector["flags"].int
                    && Int(frame.stream) == vector["stream_id"].int && Int(frame.length) == vector["length"].int
                    && input.array == vector["data_hex"].requireHex() && output.array == encoded
            }
        }
        for vector in file["negatives"].items {
            let frame = Bytes(bytes: try vector["frame_hex"].requireHex())
            var session = YamuxSession(isInitiator: false, settings: ConnectionSettings())
            var events: [YamuxEvent] = []
            let receive = { try session.receive(frame, at: .zero, events: &events) }
            switch vector["expect"].text {
            case "protocol error": tally.refuses(vector["name"].text ?? "", receive)
            default:
                tally.run(vector["name"].text ?? "") {
                    try receive()
                    return events.isEmpty
                }
            }
        }
        tally.finish()
    }
}
