import Inference
import NIOCore
import Transport

@testable import samnode

/// The way back to a caller, with a test in the caller's place.
final class RecordingWriter: Transport.ResponseWriter {
    let head = Signal<ResponseHead>()
    let parts = Signal<String>()
    let end = Signal<Void>()
    private let permits: Signal<Void>?

    /// - Parameter permits: when given, each part waits for one.
    init(permits: Signal<Void>? = nil) {
        self.permits = permits
    }

    func start(_ head: ResponseHead) async throws {
        self.head.send(head)
    }

    func write(_ bytes: ByteBuffer) async throws {
        parts.send(String(buffer: bytes))
        try await permits?.wait()
    }

    func finish() async throws {
        end.send()
    }

    /// Reads parts until `mark` was in them.
    func read(until mark: String) async throws -> String {
        var text = ""
        while !text.contains(mark) { text += try await parts.wait() }
        return text
    }
}
