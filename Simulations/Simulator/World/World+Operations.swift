import Overlay

/// Users.
extension World {
    /// Draws for the other node of an operation, until one that runs is found.
    private static let mostAttempts: UInt64 = 64

    /// The next thing that a user does, if there is one.
    mutating func planOperation() {
        guard let operation = workloads.next() else { return }
        schedule(.operation(operation), at: operation.time)
    }

    /// Users make a pause while the world settles.
    mutating func carryOut(_ operation: Operation) {
        planOperation()
        let node = operation.node
        guard !isSettling, isRunning(node) else { return }
        switch operation.kind {
        case .update:
            withShard(of: node) { $0.update(node) }
        case .lookup:
            let setup = setup
            guard let target = partner(of: operation, isSuitable: { !setup.isTranslated($0) }) else { return }
            withShard(of: node) { $0.search(target, from: node) }
        case .request(let bytes):
            guard let host = partner(of: operation, isSuitable: { _ in true }) else { return }
            let body = (0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            withShard(of: node) { _ = $0.call(host, from: node, body: body) }
        }
    }

    /// Somebody who runs and is honest: nobody can promise that a malicious node is found or answers, nor that a node is
    /// found that nobody can connect to and that is therefore in nobody's table.
    private func partner(of operation: Operation, isSuitable: (NodeIndex) -> Bool) -> NodeIndex? {
        for attempt in 0..<Self.mostAttempts {
            guard let other = workloads.partner(of: operation, attempt: attempt) else { continue }
            if isRunning(other), !isMalicious(other), isSuitable(other) { return other }
        }
        return nil
    }
}
