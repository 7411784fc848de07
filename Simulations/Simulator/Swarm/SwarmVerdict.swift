import Overlay

/// How one run of a swarm ended, in what fits into a line.
public struct SwarmVerdict: Hashable, Sendable {
    /// The violation that ended it.
    public struct Failure: Hashable, Sendable {
        /// The name of the property, as ``Violation/Property`` has it, or ``crash``.
        public var property: String
        public var time: VirtualTime
        /// In words, with node and time.
        public var text: String

        /// The name for a process that ended in the middle of the run.
        public static let crash = "process.crashed"
        /// The name for a run that took longer than anybody waits.
        public static let hang = "process.hung"

        public init(property: String, time: VirtualTime, text: String) {
            self.property = property
            self.time = time
            self.text = text
        }

        init(_ violation: Violation) {
            self.init(property: violation.property.rawValue, time: violation.time, text: violation.description)
        }
    }

    /// Nil when every property held.
    public var failure: Failure?
    /// Of everything that any node was told.
    public var digest: String
    public var events: UInt64

    public init(failure: Failure?, digest: String, events: UInt64) {
        self.failure = failure
        self.digest = digest
        self.events = events
    }
}

extension SwarmVerdict {
    /// One line, fields between tabulators; ``init(line:)`` reads it.
    public var line: String {
        let base = "\(digest)\t\(events)"
        guard let failure else { return "passed\t\(base)" }
        let text = String(failure.text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
        return "failed\t\(base)\t\(failure.property)\t\(failure.time.nanoseconds)\t\(text)"
    }

    /// Nil for a line that ``line`` does not write.
    public init?(line: String) {
        let fields = line.split(separator: "\t", maxSplits: 5, omittingEmptySubsequences: false)
        guard fields.count >= 3, let events = UInt64(fields[2]) else { return nil }
        let digest = String(fields[1])
        switch (fields[0], fields.count) {
        case ("passed", 3):
            self.init(failure: nil, digest: digest, events: events)
        case ("failed", 6):
            guard let time = UInt64(fields[4]) else { return nil }
            let failure = Failure(
                property: String(fields[3]), time: VirtualTime(nanoseconds: time), text: String(fields[5]))
            self.init(failure: failure, digest: digest, events: events)
        default:
            return nil
        }
    }
}
