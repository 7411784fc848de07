import Inference

/// Where a writer waits until the stream below can take more.
struct Gate {
    private enum State {
        case open
        case closed([CheckedContinuation<Void, any Error>])
        /// Nothing will ever pass again.
        case gone(ExchangeFailure)
    }

    private var state = State.open

    /// A gate that is shut until ``open()``.
    static var shut: Gate {
        var gate = Gate()
        gate.close()
        return gate
    }

    mutating func close() {
        if case .open = state { state = .closed([]) }
    }

    mutating func open() {
        guard case .closed(let waiting) = state else { return }
        state = .open
        for continuation in waiting { continuation.resume() }
    }

    mutating func destroy(_ failure: ExchangeFailure) {
        if case .closed(let waiting) = state {
            for continuation in waiting { continuation.resume(throwing: failure) }
        }
        state = .gone(failure)
    }

    mutating func pass(_ continuation: CheckedContinuation<Void, any Error>) {
        switch state {
        case .open: continuation.resume()
        case .closed(let waiting): state = .closed(waiting + [continuation])
        case .gone(let failure): continuation.resume(throwing: failure)
        }
    }
}
