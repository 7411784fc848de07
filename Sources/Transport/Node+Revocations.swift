import Gossip
import Inference
import Overlay

extension Node {
    /// Every revocation that the node knows.
    public func revocations() -> RevocationList { peer.revocations }

    /// Takes revocations from whoever runs the mesh and passes them on.
    /// - Parameter revocations: exact bytes.
    /// - Returns: what became of each.
    public func add(revocations: [[UInt8]]) -> [RevocationList.Acceptance] {
        enter { peer, now, outbox in peer.add(revocations: revocations, at: now, into: &outbox) }
    }

    /// Says that there are new revocations, from now on. Several that come while nobody looks are one.
    public func revocationChanges() -> AsyncStream<Void> {
        let number = nextWatcher
        nextWatcher += 1
        let (stream, input) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        revocationWatchers[number] = input
        input.onTermination = { [weak self, eventLoop] _ in
            guard let self else { return }
            eventLoop.execute { self.assumeIsolated { $0.revocationWatchers[number] = nil } }
        }
        return stream
    }
}
