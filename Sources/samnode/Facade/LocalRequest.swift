import Hummingbird
import Inference
import NIOCore

/// A request of a local client after the gate: its credentials for this node are gone from the fields.
struct LocalRequest: Sendable {
    var id: RequestID
    var method: String
    var target: RequestTarget
    var fields: [HeaderField]
    var body: RequestBody
    /// When its head was complete.
    var start: NIODeadline
    /// The loop of the client's connection.
    var eventLoop: any EventLoop

    /// What its `Content-Length` says; nil when it does not say or makes no sense.
    var contentLength: Int? { fields.first("content-length").flatMap { Int($0) } }

    var hasBody: Bool { (contentLength ?? 0) > 0 || fields.first("transfer-encoding") != nil }

    /// The fields that go to the host, with the length of the body if it is known.
    func forwardedFields(contentLength: Int?) -> [HeaderField] {
        var fields = HeaderRules.forwardedRequest(fields).filter { $0.name.lowercased() != "x-request-id" }
        fields.append(HeaderField(name: "x-request-id", value: id.text))
        guard let contentLength else { return fields }
        fields.removeAll { $0.name.lowercased() == "content-length" }
        fields.append(HeaderField(name: "content-length", value: String(contentLength)))
        return fields
    }
}

extension LocalRequest {
    /// The demand for labels, which this node checks against the host's token and does not send.
    var labelDemand: [HeaderField] {
        fields.filter { $0.name.lowercased() == "x-sam-required-labels" }
    }
}
