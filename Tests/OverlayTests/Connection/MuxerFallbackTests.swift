import Testing

@testable import Overlay

/// Peers that do not offer multiplexers inside the Noise handshake agree on yamux afterwards.
@Suite struct MuxerFallbackTests {
    /// The other end, made of the parts of a connection, without multiplexers in its handshake.
    private struct PlainEnd {
        var upgrade: NoiseUpgrade
        var selection: MuxerSelection?
        var channel: SecureChannel?
        var output: [Bytes] = []
        private var input = Bytes()

        init(_ role: Connection.Role, identity: Identity, random: inout RandomSource) throws {
            upgrade = try NoiseUpgrade(
                role: role, identity: identity, expecting: nil, muxers: [], random: random.fork())
        }

        mutating func receive(_ bytes: Bytes) throws {
            input.append(bytes)
            if selection == nil, case .done(let outcome) = try upgrade.receive(&input, output: &output) {
                #expect(outcome.muxers == ["/yamux/1.0.0"])
                selection = try MuxerSelection(outcome, into: &output)
            }
            guard channel == nil, var selection else { return }
            if case .selected(let channel, _) = try selection.receive(&input, output: &output) {
                self.channel = channel
            }
            self.selection = selection
        }
    }

    @Test(arguments: [Connection.Role.initiator, .responder]) func agreesAfterwards(role: Connection.Role) throws {
        var random = RandomSource(seed: 11)
        let (here, there) = (Identity(random: &random), Identity(random: &random))
        var connection = Connection(
            role: role, identity: here, expecting: nil, supported: [], identify: IdentifyInfo(), random: random.fork(),
            at: .zero)
        var plain = try PlainEnd(role == .initiator ? .responder : .initiator, identity: there, random: &random)
        var outbox = Connection.Outbox()
        connection.start(at: .zero, into: &outbox)

        // The first negotiation, by hand.
        var lines = Bytes()
        MultistreamMessage.header.write(to: &lines)
        MultistreamMessage.protocolID("/noise").write(to: &lines)
        if role == .responder { lines.append(try plain.upgrade.start()) }
        let linesOfConnection = 28
        connection.receive(lines, at: .zero, into: &outbox)
        var skipped = 0
        for _ in 0..<10 {
            let toPlain = outbox.bytes
            outbox.bytes = []
            for var bytes in toPlain {
                let skip = min(linesOfConnection - skipped, bytes.readableBytes)
                skipped += skip
                bytes.moveReaderIndex(forwardBy: skip)
                try plain.receive(bytes)
            }
            let toConnection = plain.output
            plain.output = []
            for bytes in toConnection { connection.receive(bytes, at: .zero, into: &outbox) }
        }
        #expect(connection.isEstablished)
        #expect(outbox.events == [.established(there.peerID)])
        #expect(plain.channel != nil)
    }
}
