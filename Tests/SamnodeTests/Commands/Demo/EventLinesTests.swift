import Overlay
import Testing

@testable import samnode

struct EventLinesTests {
    private static let stream =
        ": comment\n\ndata: one\n\ndata:two\r\n\r\nevent: x\ndata:  three\r\rdata\ndata:\n\ndata: grüße\n\ndata: last"
    private static let expected = ["one", "two", " three", "", "grüße"]

    @Test func findsTheDataHoweverTheStreamIsCut() throws {
        for size in [1, 2, 3, 7, 1_000] {
            var lines = EventLines(capacity: 100)
            var found: [String] = []
            var rest = Array(Self.stream.utf8)[...]
            while !rest.isEmpty {
                found += try lines.receive(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            #expect(found == Self.expected, "pieces of \(size)")
        }
    }

    @Test func aLineHasALimit() throws {
        var lines = EventLines(capacity: 10)
        #expect(try lines.receive("data: 6789\n".utf8) == ["6789"])
        #expect(throws: EventLines.TooLong.self) { try lines.receive("data: 67890\n".utf8) }
    }

    @Test func garbageDoesNotCrash() {
        print("seed 4")
        var random = RandomSource(seed: 4)
        for _ in 0..<200 {
            var lines = EventLines(capacity: 64)
            for _ in 0..<8 { _ = try? lines.receive(random.bytes(random.below(40))) }
        }
    }

    @Test(
        arguments: [
            ("[DONE]", .end), ("", .other), ("nonsense", .other), ("[]", .other), ("{}", .other),
            ("{\"choices\":[]}", .other), ("{\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}", .other),
            ("{\"choices\":[{\"delta\":{\"content\":null}}]}", .other),
            ("{\"choices\":[{\"delta\":{\"content\":\" a\"}}]}", .text(" a")),
            ("{\"error\":{\"message\":\"lost\"}}", .failure("lost")),
        ] as [(String, ChatPiece)])
    func piecesOfAnAnswer(data: String, piece: ChatPiece) {
        #expect(ChatPiece(data: data) == piece)
    }
}
