import Testing

@testable import samnode

struct ProcessLogTests {
    @Test func linesAreFoundHoweverTheyCome() async throws {
        let log = ProcessLog()
        for byte in "first\nListening on x\nrest".utf8 { log.append([byte]) }
        #expect(try await withDeadline { await log.waitForLine("Listening on ") } == "x")
        #expect(log.last(5) == ["first", "Listening on x"])
        log.close()
        #expect(log.last(2) == ["Listening on x", "rest"])
    }

    @Test func aLineThatComesLaterIsFound() async throws {
        let log = ProcessLog()
        async let found = withDeadline { await log.waitForLine("b") }
        log.append("a\nb1\n".utf8)
        #expect(try await found == "1")
    }

    @Test func theEndIsAnAnswer() async throws {
        let log = ProcessLog()
        async let found = withDeadline { await log.waitForLine("b") }
        async let end: Void = withDeadline { await log.waitForEnd() }
        log.append("a\n".utf8)
        log.close()
        #expect(try await found == nil)
        try await end
        #expect(log.isClosed)
        #expect(try await withDeadline { await log.waitForLine("a") } == "")
    }

    @Test func onlyTheLastLinesAreKept() {
        var settings = ShowSettings()
        settings.keptLines = 3
        settings.lineCapacity = 4
        let log = ProcessLog(settings: settings)
        for number in 0..<10 { log.append("line \(number)\n\(number)\n".utf8) }
        #expect(log.last(10) == ["8", "line", "9"])
    }

    @Test func waitingEndsWhenItIsCancelled() async throws {
        let log = ProcessLog()
        // Owned by this test, which awaits it below: a task that can be cancelled.
        let waiting = Task { await log.waitForLine("never") }
        waiting.cancel()
        #expect(try await withDeadline { await waiting.value } == nil)
    }
}
