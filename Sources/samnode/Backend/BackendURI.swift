/// The URL of one request to a backend.
enum BackendURI {
    enum Refusal: Error, Equatable {
        /// A segment `..` could leave the path that the service is limited to.
        case climbing
        /// A byte that no URL has.
        case malformed
    }

    /// `target` and behind it `rest`, byte for byte.
    /// - Parameter rest: empty, or begins with `/` or `?`.
    static func join(target: String, rest: String) throws(Refusal) -> String {
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\\") })
        else {
            throw .malformed
        }
        let path = rest.prefix { $0 != "?" }
        guard !path.split(separator: "/").contains(where: isClimbing) else { throw .climbing }
        return rest.hasPrefix("?") ? target + "/" + rest : target + rest
    }

    private static func isClimbing(_ segment: Substring) -> Bool {
        segment.lowercased().replacing("%2e", with: ".") == ".."
    }
}
