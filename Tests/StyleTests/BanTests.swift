import Testing

struct BanTests {
    // MARK: Everywhere

    private static let everywhere: [(Ban, marker: Substring)] = [
        (
            Ban(
                pattern: { /\btry!/ }, name: "try!", example: "let a = try! f()",
                instead: "use `try` in a throwing function, or do/catch"), "try!"
        ),
        (
            Ban(pattern: { /\bas!/ }, name: "as!", example: "let a = b as! C", instead: "use `as?` and handle nil"),
            "as!"
        ),
        (
            Ban(
                pattern: { /\bfatalError\(/ }, name: "fatalError", example: "fatalError()",
                instead:
                    "throw for what comes from outside; use precondition with the state in its message for a "
                    + "programmer's error"), "fatalError"
        ),
        (
            Ban(
                pattern: { /nonisolated\(unsafe\)/ }, name: "nonisolated(unsafe)",
                example: "nonisolated(unsafe) var a = 1",
                instead: "use a Mutex, an actor, or pass the value"), "nonisolated(unsafe)"
        ),
        (
            Ban(
                pattern: { /@unchecked\s+Sendable/ }, name: "@unchecked Sendable",
                example: "final class A: @unchecked Sendable {",
                instead: "keep the state in a Mutex; where that cannot be, name the lock in a comment right above",
                excuses: ["lock", "mutex"]), "@unchecked"
        ),
        (
            Ban(
                pattern: { /\bTask(?:\.detached)?\s*(?:\([^)]*\))?\s*\{/ }, name: "an unstructured Task",
                example: "Task { await a() }",
                instead:
                    "use a task group or async let; where a task must outlive its call, say in a comment right above who owns and ends it",
                excuses: ["owns", "owned"]), "Task"
        ),
    ]

    @Test func everywhere() {
        for file in SourceTree.swift {
            for (ban, marker) in Self.everywhere {
                for violation in ban.violations(in: file, marker: marker) { Issue.record("\(violation)") }
            }
        }
    }

    // MARK: The pure modules

    private static let pure = [
        "Sources/YAML", "Sources/Overlay", "Sources/Gossip", "Sources/Biscuit", "Sources/Inference",
        "Simulations/Simulator",
    ]

    private static let impure: [(Ban, marker: Substring)] = [
        (
            Ban(
                pattern: { /\b(?:async|await)\b/ }, name: "async/await", example: "await a()",
                instead: "return actions in the outbox"), ""
        ),
        (
            Ban(
                pattern: { /\bTask\b/ }, name: "Task", example: "Task.isCancelled",
                instead: "return actions in the outbox"), "Task"
        ),
        (
            Ban(
                pattern: {
                    /\b(?:ContinuousClock|SuspendingClock|clock_gettime|gettimeofday|Date\(\)|DispatchTime|time\(nil\))/
                },
                name: "reading a clock", example: "ContinuousClock().now",
                instead: "take Instant, WallTime or Moment as an argument"), ""
        ),
        (
            Ban(
                pattern: {
                    /\b(?:SystemRandomNumberGenerator|arc4random\w*|randombytes_\w+|getrandom)\b|\.randomElement\(\)|\.shuffled\(\)|\.shuffle\(\)|\.random\((?:in:(?![^)]*using:)[^)]*)?\)/
                },
                name: "global randomness", example: "Int.random(in: 0..<3)", instead: "use the stored RandomSource"),
            "r"
        ),
        (
            Ban(
                pattern: { /\b(?:socket|connect|bind|listen|accept|recv|send)\(\s*(?:AF_|fd|descriptor)/ },
                name: "a socket", example: "socket(AF_INET, 1, 0)",
                instead: "return bytes in the outbox; Transport owns sockets"), ""
        ),
        (
            Ban(
                pattern: { /\b(?:Mutex|NSLock|NIOLock|DispatchQueue|OSAllocatedUnfairLock|pthread_mutex_\w+)\b/ },
                name: "a lock", example: "let a = Mutex(1)",
                instead: "keep the state in the value that its driver confines"), ""
        ),
    ]

    /// What several nodes of one process share has no single driver, so its one lock is its own.
    private static let shared = "Sources/Overlay/Identity/VerificationMemory.swift"

    @Test func pureModulesStayPure() {
        for file in SourceTree.swift where file.isIn(Self.pure) && file.path != Self.shared {
            for (ban, marker) in Self.impure {
                for violation in ban.violations(in: file, marker: marker) { Issue.record("\(violation)") }
            }
        }
    }

    // MARK: Tests

    /// A limit on waiting needs a timer; `Deadline.swift` is where it may be.
    @Test func testsDoNotSleep() {
        let ban = Ban(
            pattern: { /\b(?:Task\.sleep|usleep|nanosleep|sleep)\(|Thread\.sleep/ }, name: "sleeping",
            example: "try await Task.sleep(for: .seconds(1))",
            instead: "wait for the event, with a deadline from Deadline.swift")
        for file in SourceTree.swift where file.path.hasPrefix("Tests/") && !file.path.hasSuffix("/Deadline.swift") {
            for violation in ban.violations(in: file, marker: "leep") { Issue.record("\(violation)") }
        }
    }

    @Test func everyBanFindsItsExample() {
        for (ban, marker) in Self.everywhere + Self.impure {
            let file = SwiftFile(TextFile(path: "x", text: ban.example))
            #expect(ban.violations(in: file, marker: marker).count == 1, "\(ban.name)")
        }
        let seeded = SwiftFile(TextFile(path: "x", text: "Int.random(in: 0..<3, using: &random) // try! await Task {"))
        for (ban, marker) in Self.everywhere + Self.impure {
            #expect(ban.violations(in: seeded, marker: marker).isEmpty, "\(ban.name)")
        }
    }

    // MARK: Words

    private static let words: [(pattern: @Sendable () -> Regex<Substring>, marker: String, instead: String)] = [
        ({ /\b(?:TODO|FIXME|XXX|HACK)\b/ }, "TODO FIXME XXX HACK", "do it, or leave it out"),
        (
            { /(?:^|[\s"'`(=:])\/work\// }, "/work/",
            "write a path that every machine has, or one relative to the package"
        ),
        ({ /\b[Ii]ssues? #?[0-9]+/ }, "ssue", "say what the rule or the defect is"),
        ({ /\b[Ss]ession #?[0-9]+\b/ }, "ession", "say what was decided, not when"),
        ({ /\b(?:[Pp]ull [Rr]equest|PR) #?[0-9]+/ }, "PR est", "say what was changed"),
    ]

    @Test func wordsThatSayNothingToAReader() {
        var files: [(path: String, lines: [Substring])] = SourceTree.swift.map { ($0.path, $0.lines) }
        for file in SourceTree.other {
            files.append((file.path, file.text.split(separator: "\n", omittingEmptySubsequences: false)))
        }
        for (path, lines) in files where !path.hasPrefix("Tests/StyleTests/") {
            for (index, line) in lines.enumerated() {
                for (pattern, markers, instead) in Self.words where Self.mayContain(line, markers) {
                    guard line.contains(pattern().wordBoundaryKind(.simple)) else { continue }
                    Issue.record("\(path):\(index + 1): \(line.drop { $0 == " " }.prefix(80)): \(instead)")
                }
            }
        }
    }

    /// A quick look before the pattern is tried.
    private static func mayContain(_ line: Substring, _ markers: String) -> Bool {
        markers.split(separator: " ").contains { line.contains($0) }
    }
}
