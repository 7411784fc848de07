import Overlay

/// Users.
extension World {
    /// Draws for the other node of an operation, until one that runs is found.
    private static let mostAttempts: UInt64 = 32

    mutating func planOperations() {
        for workload in plan.workloads.indices { planOperation(0, of: workload) }
    }

    private mutating func planOperation(_ turn: UInt64, of workload: Int) {
        guard let (time, operation) = operations.operation(turn, of: workload) else { return }
        schedule(.operation(operation), at: time)
    }

    mutating func carryOut(_ operation: Operations.Operation) {
        planOperation(operation.turn + 1, of: operation.workload)
        let node = operation.node
        guard isRunning(node) else { return }
        switch plan.workloads[operation.workload].kind {
        case .update:
            withShard(of: node) { $0.update(node) }
        case .lookup:
            guard let target = partner(of: operation, isSuitable: { _ in true }) else { return }
            withShard(of: node) { $0.search(target, from: node) }
        case .request(let bytes):
            let factory = setup.factory
            guard let host = partner(of: operation, isSuitable: { factory.isPublisher($0) }) else { return }
            let body = (0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            withShard(of: node) { _ = $0.call(host, from: node, body: body) }
        }
    }

    private func partner(of operation: Operations.Operation, isSuitable: (NodeIndex) -> Bool) -> NodeIndex? {
        for attempt in 0..<Self.mostAttempts {
            let other = operations.partner(of: operation, attempt: attempt)
            if other != operation.node, isSuitable(other), isRunning(other) { return other }
        }
        return nil
    }
}
