import DequeModule
import Inference
import NIOCore

/// Parts of a body between the event loop that receives them and the one task that reads them. Bounded by the stream
/// window below: the sender gets new credit only for what the reader took.
struct BodyQueue {
    private enum End {
        case complete
        case failed(ExchangeFailure)
    }

    private var parts: Deque<ByteBuffer> = []
    private var end: End?
    private var reader: CheckedContinuation<ByteBuffer?, any Error>?

    /// Adds a part. When a reader waits it gets the part at once, and the result is how many bytes it took.
    mutating func push(_ part: ByteBuffer) -> Int {
        guard let reader else {
            parts.append(part)
            return 0
        }
        self.reader = nil
        reader.resume(returning: part)
        return part.readableBytes
    }

    mutating func finish(_ failure: ExchangeFailure? = nil) {
        guard end == nil else { return }
        end = failure.map { .failed($0) } ?? .complete
        guard let reader else { return }
        self.reader = nil
        settle(reader)
    }

    /// Hands the next part, or the end, to `continuation`, now or when there is one. The result is how many bytes were
    /// taken now.
    mutating func read(_ continuation: CheckedContinuation<ByteBuffer?, any Error>) -> Int {
        if let part = parts.popFirst() {
            continuation.resume(returning: part)
            return part.readableBytes
        }
        guard end == nil else {
            settle(continuation)
            return 0
        }
        guard reader == nil else {
            continuation.resume(throwing: ExchangeFailure.protocolViolation("a body has one reader"))
            return 0
        }
        reader = continuation
        return 0
    }

    private func settle(_ continuation: CheckedContinuation<ByteBuffer?, any Error>) {
        switch end {
        case .failed(let failure): continuation.resume(throwing: failure)
        case .complete, nil: continuation.resume(returning: nil)
        }
    }
}
