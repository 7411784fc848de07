/// One thing that the doctor looked at.
struct Finding: Codable, Equatable, Sendable {
    enum State: String, Codable, Comparable, Sendable {
        case ok
        /// The node works, but perhaps not as was meant, or not for long.
        case warning
        /// The node cannot join, or not by this way.
        case problem

        static func < (left: State, right: State) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .ok: 0
            case .warning: 1
            case .problem: 2
            }
        }
    }

    /// What was looked at; scripts may know findings by it.
    enum Subject: String, Codable, Sendable {
        case node
        case dataDirectory = "data directory"
        case key
        case mesh
        case token
        case configuration
        case clock
        case addresses
        case listening
        case reachability
        case links
    }

    var subject: Subject
    var state: State
    /// What was found.
    var message: String
    /// What to do about it.
    var next: String?

    static func ok(_ subject: Subject, _ message: String) -> Finding {
        Finding(subject: subject, state: .ok, message: message)
    }

    static func warning(_ subject: Subject, _ message: String, next: String? = nil) -> Finding {
        Finding(subject: subject, state: .warning, message: message, next: next)
    }

    static func problem(_ subject: Subject, _ message: String, next: String? = nil) -> Finding {
        Finding(subject: subject, state: .problem, message: message, next: next)
    }
}
