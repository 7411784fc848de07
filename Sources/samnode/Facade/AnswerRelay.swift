import HTTPTypes
import Hummingbird
import Inference
import NIOCore

/// Turns a host's answer into the one for the local client, byte for byte and as it arrives.
struct AnswerRelay: Sendable {
    /// The rest of the answer is lost and the client has to see that; the connection is broken off.
    struct Interrupted: Error {
        var reason: String
    }

    /// Bytes written before the connection's loop is waited for. Higher: more memory for a slow client. Lower: large
    /// answers change threads more often.
    private static let settleAfter = 64 << 10

    let request: LocalRequest
    let provider: Provider
    /// Providers asked, this one included.
    let attempts: Int
    let metrics: FacadeMetrics

    /// - Parameter shouldRetry: false when everything was tried and the answer is a failure.
    func response(_ answer: MeshAnswer, shouldRetry: Bool? = nil) -> Response {
        let fields = HeaderRules.forwardedResponse(answer.head.fields)
        var headers = HTTPFields(forwarding: fields)
        if let upstreamID = fields.first("x-request-id"), upstreamID != request.id.text {
            headers.replace("x-sam-upstream-request-id", with: upstreamID)
        }
        addOwnFields(to: &headers, route: answer.route)
        if shouldRetry == false, fields.first("retry-after") == nil, fields.first("retry-after-ms") == nil {
            headers.replace("x-should-retry", with: "false")
        }
        let stream = EventStream(fields: fields)
        if stream != .none { headers.replace("X-Accel-Buffering", with: "no") }
        if stream != .none, fields.first("cache-control") == nil { headers.replace("Cache-Control", with: "no-cache") }
        return Response(
            status: HTTPResponse.Status(code: answer.head.status), headers: headers,
            body: body(answer, stream: stream))
    }

    private func addOwnFields(to headers: inout HTTPFields, route: Route) {
        headers.replace("x-sam-provider", with: provider.host.text)
        headers.replace("x-sam-service", with: provider.service.description)
        headers.replace("x-sam-attempts", with: String(attempts))
        headers.replace("x-sam-hops", with: String(route.hops.count))
        headers.replace("x-sam-route", with: route.text)
        if route.hops.count > 1 {
            headers.replace("x-sam-relays", with: route.hops.dropLast().map(\.text).joined(separator: ","))
        }
    }

    private func body(_ answer: MeshAnswer, stream: EventStream) -> ResponseBody {
        ResponseBody { writer in
            defer { metrics.recordDuration(route: answer.route.text, status: answer.head.status, since: request.start) }
            try await copy(answer.body, route: answer.route.text, stream: stream, to: &writer)
            try await writer.finish(nil)
        }
    }

    private func copy(
        _ body: some AsyncSequence<ByteBuffer, any Error>, route: String, stream: EventStream,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        var boundary = EventBoundary()
        var isFirst = true
        var unsettled = 0
        var iterator = body.makeAsyncIterator()
        while true {
            let chunk: ByteBuffer?
            do {
                chunk = try await iterator.next()
            } catch {
                try Task.checkCancellation()
                return try await interrupt(error, stream: stream, boundary: boundary, writer: &writer)
            }
            guard let chunk else { return }
            if isFirst { metrics.recordFirstByte(route: route, since: request.start) }
            isFirst = false
            if stream == .plain { boundary.advance(over: chunk.readableBytesView) }
            try await writer.write(chunk)
            unsettled += chunk.readableBytes
            guard unsettled >= Self.settleAfter else { continue }
            // A write waits when the connection is full, but the writer learns that only when the loop has got round to
            // the writes before. Waiting for the loop bounds what a host faster than this client can pile up.
            try await request.eventLoop.submit {}.get()
            unsettled = 0
        }
    }

    /// Tells the client that the rest will not come: by an event that SDKs raise as an error where that can be done
    /// without touching what was sent, otherwise by breaking the connection off.
    private func interrupt(
        _ error: any Error, stream: EventStream, boundary: EventBoundary, writer: inout any ResponseBodyWriter
    ) async throws {
        let reason = "\(error)"
        guard stream == .plain, boundary.position != .inLine else { throw Interrupted(reason: reason) }
        let separator = boundary.position == .betweenLines ? "\n" : ""
        let event = "\(separator)data: \(OpenAIError.upstreamDisconnected(reason).json)\n\n"
        try await writer.write(ByteBuffer(string: event))
    }

    /// Whether an answer is a stream of server-sent events, and whether an event can be added to it.
    private enum EventStream {
        case none
        /// As it is on the wire; events can be added.
        case plain
        /// Compressed or of a length that was promised; nothing can be added.
        case closed

        init(fields: [HeaderField]) {
            let type = fields.first("content-type")?.lowercased() ?? ""
            guard type.hasPrefix("text/event-stream") else {
                self = .none
                return
            }
            let encoding = fields.first("content-encoding")?.lowercased() ?? "identity"
            self = encoding == "identity" && fields.first("content-length") == nil ? .plain : .closed
        }
    }
}
