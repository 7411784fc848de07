import ArgumentParser
import Foundation
import Overlay
import Simulator

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What all runs of a command may take.
struct RunLimits: Sendable {
    let memory: UInt64
    let time: Duration?
    private let start = ContinuousClock.now

    /// - Parameter memory: bytes; nil for nine tenths of what the machine has, so that it is the run that ends and not
    ///   whatever the system picks.
    init(memory: Int?, time: Duration?) {
        self.memory = memory.map { UInt64($0) } ?? ProcessInfo.processInfo.physicalMemory / 10 * 9
        self.time = time
    }

    /// - Throws: ``RunFailure`` when a limit is reached.
    func check(_ label: String) throws {
        if Self.peakMemory > memory { throw RunFailure.outOfMemory(label, limit: memory) }
        if let time, ContinuousClock.now - start > time { throw RunFailure.outOfTime(label, limit: time) }
    }

    /// The most bytes that this process has had in memory.
    static var peakMemory: UInt64 {
        var usage = rusage()
        #if canImport(Glibc)
            // Glibc has a type of its own for the constant, and counts kibibytes.
            guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
            return UInt64(clamping: usage.ru_maxrss) * 1_024
        #else
            guard getrusage(RUSAGE_SELF, &usage) == 0 else { return 0 }
            return UInt64(clamping: usage.ru_maxrss)
        #endif
    }
}

/// Limits on the command line.
struct LimitArguments: ParsableArguments {
    @Option(help: "The run ends when it uses more memory, such as 4GiB. By default nine tenths of the machine's.")
    var limitMemory: String?
    @Option(help: "The run ends when it takes longer, such as 10m.", transform: ArgumentValues.span)
    var limitTime: TimeSpan?

    func validate() throws {
        if let limitMemory, Self.bytes(limitMemory) == nil {
            throw ValidationError("--limit-memory \(limitMemory): expected a length such as 512MiB or 4GiB")
        }
    }

    var limits: RunLimits {
        RunLimits(
            memory: limitMemory.flatMap(Self.bytes),
            time: limitTime.map { .milliseconds(Int64(clamping: $0.milliseconds)) })
    }

    private static func bytes(_ text: String) -> Int? {
        UnitText.bandwidth(text + "/s").flatMap { Int(exactly: $0) }
    }
}
