import NIOCore

/// A body that is in memory as a whole and can be sent as often as needed.
struct WholeBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    typealias Failure = any Error

    private let bytes: ByteBuffer

    init(_ bytes: ByteBuffer = ByteBuffer()) {
        self.bytes = bytes
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var rest: ByteBuffer?

        mutating func next() async throws -> ByteBuffer? {
            defer { rest = nil }
            return rest
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(rest: bytes.readableBytes > 0 ? bytes : nil)
    }
}
