import Foundation

/// What the system tells of processes and of the loopback interface; nil where it has no /proc.
enum SystemFigures {
    /// Mebibytes of memory that a process has resident.
    static func resident(_ process: Int32) -> Double? {
        let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = text?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Double($0) }.map { $0 / 1_024 }
    }

    /// Bytes sent over loopback in this network namespace so far, with the headers of TCP, UDP and IP.
    static func loopbackBytes() -> UInt64? {
        let text = try? String(contentsOfFile: "/proc/net/dev", encoding: .utf8)
        let line = text?.split(separator: "\n").first { $0.contains("lo:") }
        // Eight figures of what was received come before those of what was sent.
        return line?.split(separator: ":").last?.split(separator: " ").dropFirst(8).first.flatMap { UInt64($0) }
    }
}
