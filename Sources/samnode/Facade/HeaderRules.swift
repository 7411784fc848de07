import Inference

/// Which header fields may pass from one connection to the next.
enum HeaderRules {
    /// Fields that speak about one connection only (RFC 9110 section 7.6.1), with those that older proxies sent.
    private static let hopByHop: Set<String> = [
        "connection", "proxy-connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade",
        "proxy-authenticate", "proxy-authorization", "http2-settings",
    ]
    private static let own = "x-sam-"

    /// Fields of a request that leave this node: without those of the connection, of this project, the host's name and
    /// `expect`, which the server that received it has answered.
    static func forwardedRequest(_ fields: [HeaderField]) -> [HeaderField] {
        forwarded(fields) { $0 == "host" || $0 == "expect" }
    }

    /// Fields of an answer that may go to the next hop.
    static func forwardedResponse(_ fields: [HeaderField]) -> [HeaderField] {
        forwarded(fields) { _ in false }
    }

    private static func forwarded(_ fields: [HeaderField], without isDropped: (String) -> Bool) -> [HeaderField] {
        let named = connectionOptions(fields)
        return fields.filter { field in
            let name = field.name.lowercased()
            return !hopByHop.contains(name) && !named.contains(name) && !name.hasPrefix(own) && !isDropped(name)
        }
    }

    /// The names that `Connection` lists; they belong to the connection too.
    private static func connectionOptions(_ fields: [HeaderField]) -> Set<String> {
        var names: Set<String> = []
        for field in fields where field.name.lowercased() == "connection" {
            for name in field.value.split(separator: ",") {
                names.insert(name.trimmingPrefix { $0 == " " }.trimmedEnd().lowercased())
            }
        }
        // Message framing must survive a client that lists it there by mistake or on purpose.
        return names.subtracting(["content-length", "content-type", "content-encoding"])
    }
}

extension Substring {
    fileprivate func trimmedEnd() -> Substring {
        var text = self
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
