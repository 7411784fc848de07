import Foundation
import Overlay

extension Show {
    /// How an answer came.
    struct Answer: Sendable {
        var firstToken: Duration
        var total: Duration
        var pieces: Int
    }

    // MARK: An answer

    func showAnswer(of cast: Cast, model: String) async throws {
        try terminal.heading("A asks \(TerminalText.printable(model)) as an OpenAI client does")
        try terminal.line("  > \(Self.question)", .faint)
        let start = ContinuousClock.now
        let stream = try await TimeLimit.run(settings.firstTokenLimit, "no answer began") {
            try await cast.a.agent.ask(Self.question, model: model)
        }
        guard stream.status == 200 else {
            let refusal = try await cast.a.agent.refusal(stream)
            throw ShowFailure("status \(stream.status): \(refusal.message)")
        }
        try terminal.write("  < ", .faint)
        let answer = try await TimeLimit.run(settings.answerLimit, "the answer did not end") {
            try await receive(stream, since: start)
        }
        try terminal.line()
        try terminal.line()
        try showRoute(stream, of: cast)
        try terminal.line("  time to the first token: \(ShowPicture.milliseconds(answer.firstToken))", .good)
        try terminal.line(
            "  \(answer.pieces) pieces in \(ShowPicture.milliseconds(answer.total)), each shown when it came", .good)
    }

    /// Writes every piece as it arrives.
    private func receive(_ stream: AgentClient.Stream, since start: ContinuousClock.Instant) async throws -> Answer {
        var lines = EventLines(capacity: settings.eventCapacity)
        var answer = Answer(firstToken: .zero, total: .zero, pieces: 0)
        for try await chunk in stream.body {
            for data in try lines.receive(chunk.readableBytesView) {
                switch ChatPiece(data: data) {
                case .text(let text):
                    if answer.pieces == 0 { answer.firstToken = .now - start }
                    answer.pieces += 1
                    try terminal.write(TerminalText.printableLines(text).replacing("\n", with: "\n    "))
                case .failure(let message):
                    throw ShowFailure("the answer broke off: \(TerminalText.printable(message))")
                case .end, .other: continue
                }
            }
        }
        guard answer.pieces > 0 else { throw ShowFailure("the answer has no text; is it a chat model? (--model)") }
        answer.total = .now - start
        return answer
    }

    /// The hops as the node reports them with the answer.
    private func showRoute(_ stream: AgentClient.Stream, of cast: Cast) throws {
        let hops = stream.headers.first(name: "x-sam-hops") ?? "0"
        let relays = (stream.headers.first(name: "x-sam-relays") ?? "").split(separator: ",").map(String.init)
        let path = relays + [stream.headers.first(name: "x-sam-provider") ?? ""]
        let letters = ["A"] + path.map { cast.letter(of: $0) ?? TerminalText.peer($0, isWide: false) }
        let words = "route: \(hops) hops (\(letters.joined(separator: " -> ")))"
        guard letters == ["A", "B", "C"], hops == "2" else { throw ShowFailure("\(words) instead of A -> B -> C") }
        try terminal.line("  \(words); B relays what it cannot read", .good)
    }

    // MARK: A refusal

    /// Starts D, lets it ask, and ends it.
    func showRefusal(_ node: ShowNode, of cast: Cast, model: String) async throws {
        try terminal.heading("D joins with a token of the same mesh that does not grant inference:\(Self.service)")
        let d = try await start(node, listen: "none", bootstrap: try await address(of: cast.b))
        _ = try await waitForModel(model, at: d, of: cast.c)
        try terminal.line("  D finds \(TerminalText.printable(model)) in its catalog and asks for it", .faint)
        let stream = try await TimeLimit.run(settings.firstTokenLimit, "no answer came") {
            try await d.agent.ask(Self.question, model: model)
        }
        let refusal = try await d.agent.refusal(stream)
        guard stream.status == 403 else {
            throw ShowFailure("expected status 403, got \(stream.status): \(refusal.message)")
        }
        try terminal.line("  403 \(refusal.code): \(refusal.message)", .bad)
        await stage.end(d.process)
    }
}
