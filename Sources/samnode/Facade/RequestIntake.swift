import Hummingbird
import Inference
import NIOCore

/// Reads the body of a facade request into memory, looking for the model on the way.
struct RequestIntake: Sendable {
    let settings: FacadeSettings

    /// - Throws: ``OpenAIError``.
    func read(_ request: LocalRequest) async throws -> (body: ByteBuffer, summary: RequestSummary) {
        let encoding = request.fields.first("content-encoding")?.lowercased() ?? "identity"
        guard encoding == "identity" else { throw OpenAIError.encodedBody }
        if let length = request.contentLength, length > settings.bodyCapacity {
            throw OpenAIError.tooLarge(limit: settings.bodyCapacity)
        }
        var body = ByteBuffer()
        if let boundary = MultipartScanner.boundary(contentType: request.fields.first("content-type")) {
            for try await chunk in request.body { try append(chunk, to: &body) }
            guard let model = MultipartScanner(boundary: boundary).field("model", in: body.readableBytesView) else {
                throw OpenAIError.invalidRequest("\(RequestScanError.missingModel)")
            }
            return (body, RequestSummary(model: model, stream: false))
        }
        var scanner = RequestScanner(settings: settings)
        do {
            for try await chunk in request.body {
                try append(chunk, to: &body)
                try scanner.feed(chunk.readableBytesView)
            }
            return (body, try scanner.finish())
        } catch let error as RequestScanError {
            throw OpenAIError.invalidRequest("\(error)")
        }
    }

    private func append(_ chunk: ByteBuffer, to body: inout ByteBuffer) throws(OpenAIError) {
        guard chunk.readableBytes <= settings.bodyCapacity - body.readableBytes else {
            throw .tooLarge(limit: settings.bodyCapacity)
        }
        body.writeImmutableBuffer(chunk)
    }
}
