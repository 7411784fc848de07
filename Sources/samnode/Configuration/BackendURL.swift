/// The address of an HTTP backend: `http` or `https`, a host, perhaps a port and a path in front of every request's.
struct BackendURL: Equatable, Sendable, CustomStringConvertible {
    enum Scheme: String, Sendable {
        case http
        case https
    }

    var scheme: Scheme
    /// A name or an address; an IPv6 address without its brackets.
    var host: String
    /// The one of the URL, or the scheme's own (80, 443).
    var port: Int
    /// Empty or beginning with `/`, never ending with one.
    var basePath: String
    /// As it was written, without a final `/`.
    var text: String

    var description: String { text }

    /// - Throws: what was expected instead, in words.
    init(text: String) throws(BackendURLError) {
        let text = String(text.reversed().drop { $0 == "/" }.reversed())
        guard text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7f }) else { throw .notPrintable }
        guard let scheme = Self.scheme(of: text) else { throw .scheme }
        let rest = text.dropFirst(scheme.rawValue.count + 3)
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else { throw .queryOrFragment }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        guard !authority.contains("@") else { throw .credentials }
        (host, port) = try Self.split(authority: authority, scheme: scheme)
        self.scheme = scheme
        basePath = String(rest[slash...])
        self.text = text
    }

    private static func scheme(of text: String) -> Scheme? {
        let lowered = text.lowercased()
        if lowered.hasPrefix("http://") { return .http }
        return lowered.hasPrefix("https://") ? .https : nil
    }

    private static func split(authority: Substring, scheme: Scheme) throws(BackendURLError) -> (String, Int) {
        let standardPort = scheme == .http ? 80 : 443
        let host: Substring
        let tail: Substring
        if authority.hasPrefix("[") {
            guard let bracket = authority.firstIndex(of: "]") else { throw .host }
            host = authority[authority.index(after: authority.startIndex)..<bracket]
            tail = authority[authority.index(after: bracket)...]
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { throw .host }
        } else {
            let colon = authority.firstIndex(of: ":") ?? authority.endIndex
            host = authority[..<colon]
            tail = authority[colon...]
            let allowed = host.allSatisfy { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" || $0 == "_" }
            guard !host.isEmpty, allowed else { throw .host }
        }
        guard !tail.isEmpty else { return (String(host), standardPort) }
        guard tail.hasPrefix(":"), let port = UInt16(tail.dropFirst()), port > 0 else { throw .port }
        return (String(host), Int(port))
    }
}

/// Why a text is not the address of a backend; the description says what is expected instead.
enum BackendURLError: Error, CustomStringConvertible {
    case notPrintable
    case scheme
    case queryOrFragment
    case credentials
    case host
    case port

    var description: String {
        switch self {
        case .notPrintable: "a URL of printable ASCII characters without spaces"
        case .scheme: "a URL that begins with http:// or https://"
        case .queryOrFragment: "a URL without a query (?) and without a fragment (#)"
        case .credentials: "a URL without credentials; give them to the proxy behind it"
        case .host: "a URL with a host, like http://localhost:4000"
        case .port: "a URL whose port is between 1 and 65535"
        }
    }
}
