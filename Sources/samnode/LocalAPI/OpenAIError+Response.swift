import HTTPTypes
import Hummingbird
import NIOCore

extension OpenAIError {
    /// The answer that tells the client.
    func response(id: RequestID) -> Response {
        var headers: HTTPFields = [.contentType: "application/json"]
        headers.replace("x-request-id", with: id.text)
        if let retryAfterMilliseconds {
            headers.replace("retry-after", with: String(retryAfterMilliseconds / 1_000 + 1))
            headers.replace("retry-after-ms", with: String(retryAfterMilliseconds))
        }
        if let shouldRetry { headers.replace("x-should-retry", with: shouldRetry ? "true" : "false") }
        if status == 401 { headers.replace("www-authenticate", with: "Bearer") }
        return Response(
            status: HTTPResponse.Status(code: status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: json)))
    }
}
