import Inference
import Mutations
import Overlay

/// The two ends of a circuit, and a relay between them that changes what it carries.
enum CircuitTalk {
    static func run(_ samples: Samples, _ random: inout FuzzRandom) -> FuzzOutcome {
        var tampering = Tampering(&random)
        let (caller, host) = (samples.identities[0], samples.identities[1])
        guard
            var (calling, hello) = CircuitSession.call(
                host.peerID, identity: caller, meshID: samples.mesh, token: samples.tokens[0],
                random: RandomSource(seed: random.next()))
        else { return .broken("no circuit") }
        var serving = CircuitSession.answer(
            identity: host, meshID: samples.mesh, random: RandomSource(seed: random.next()))
        var pending = [(toHost: true, bytes: hello.array)]
        hello.clear()
        var records = 0
        do throws(CircuitError) {
            for step in 0..<40 {
                if !pending.isEmpty {
                    let (toHost, bytes) = pending.removeFirst()
                    for piece in tampering.pieces(of: bytes, &random) {
                        let events = toHost
                            ? try serving.receive(Bytes(bytes: piece)) : try calling.receive(Bytes(bytes: piece))
                        for event in events {
                            if case .record = event { records += 1 }
                            guard case .greeted(let peer, _, _) = event else { continue }
                            guard peer == caller.peerID else { return .broken("a caller that is nobody") }
                            if let reply = serving.accept(token: samples.tokens[1]) {
                                pending.append((toHost: false, bytes: reply.array))
                            }
                        }
                    }
                }
                let record = samples.circuitRecords[step % samples.circuitRecords.count]
                if let sealed = calling.seal(record) { pending.append((toHost: true, bytes: sealed.array)) }
                if let sealed = serving.seal(record) { pending.append((toHost: false, bytes: sealed.array)) }
            }
        } catch {
            return .refused(error)
        }
        return .accepted(records > 0 ? "records" : "silence")
    }
}
