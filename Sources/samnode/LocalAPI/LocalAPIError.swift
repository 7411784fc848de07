/// Why the local API cannot start, each with what to do about it.
enum LocalAPIError: Error, Equatable, Sendable, CustomStringConvertible {
    case badAddress(String)
    case addressInUse(String)
    case cannotListen(String, reason: String)
    case socketPathTooLong(path: String, length: Int, limit: Int)
    case socketInUse(path: String)
    case notASocket(path: String)
    case badToken

    var description: String {
        switch self {
        case .badAddress(let text):
            "\"\(text)\" is not an address to listen on; expected host:port like 127.0.0.1:8080 or [::1]:8080"
        case .addressInUse(let address):
            "\(address) is in use by another process; stop it, or choose another address with --bind-addr"
        case .cannotListen(let address, let reason):
            "cannot listen on \(address): \(reason)"
        case .socketPathTooLong(let path, let length, let limit):
            "the socket path \(path) needs \(length) bytes, and the system allows \(limit); "
                + "choose a shorter one with --socket-path"
        case .socketInUse(let path):
            "another process serves \(path); stop it, or choose another path with --socket-path"
        case .notASocket(let path):
            "\(path) exists and is not a socket; remove it, or choose another path with --socket-path"
        case .badToken:
            "the API token must have 1 to 4096 printable ASCII characters without spaces"
        }
    }
}
