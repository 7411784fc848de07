import Testing

@testable import Biscuit

/// The text syntax: places of errors, parameters, dates, equality by bytes.
struct SourceTests {
    @Test(arguments: [
        ("f(1)\ng(2);", 2, 1), ("f(1);\n  g(;", 2, 5), ("f($x);", 1, 3), ("check if f(1),;", 1, 15),
        ("f(\"é😁\", oops);", 1, 9), ("f($x) <- g($y);", 1, 1), ("f(\"abc", 1, 3), ("f(\"a\\q\");", 1, 5),
        ("allow if true", 1, 1), ("/* never closed", 1, 1), ("f(99999999999999999999);", 1, 3),
        ("check if 1 == 1 == 1;", 1, 17), ("f({1, \"a\"});", 1, 3), ("check if f(1) trusting nobody;", 1, 24),
    ])
    func errorsTellThePlace(_ source: String, _ line: Int, _ column: Int) {
        let error = #expect(throws: SyntaxError.self) { try BlockBuilder(source) }
        #expect(error?.line == line && error?.column == column, "\(error.map(String.init(describing:)) ?? "")")
    }

    @Test func parameters() throws {
        let key = try KeyPair(seed: [UInt8](repeating: 1, count: 32)).publicKey
        let block = try BlockBuilder(
            "f({a}, [{b}], { {a}, \"z\" }, {{a}: {b}}); check if g({b}) trusting {k};",
            parameters: ["a": "x\"y", "b": .date(0)], keys: ["k": key])
        #expect(
            block.source
                == "f(\"x\\\"y\", [1970-01-01T00:00:00Z], {\"x\\\"y\", \"z\"}, {\"x\\\"y\": 1970-01-01T00:00:00Z});\n"
                + "check if g(1970-01-01T00:00:00Z) trusting \(key);\n")
        #expect(throws: SyntaxError.self) { try BlockBuilder("f({missing});") }
        #expect(throws: SyntaxError.self) { try BlockBuilder("f({a});", parameters: ["a": .variable("x")]) }
        #expect(throws: SyntaxError.self) { try BlockBuilder("f({ {a}, 1 });", parameters: ["a": "text"]) }
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:34:56Z", 951_827_696),
        ("2024-03-01T00:00:00+14:00", 1_709_200_800),
        ("1999-12-31T23:59:59.999-00:30", 946_686_599), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ("2016-12-31T23:59:60Z", 1_483_228_799), ("1985-04-12t23:20:50z", 482_196_050),
    ])
    func dates(_ text: String, _ seconds: UInt64) throws {
        #expect(try Fact(source: "d(\(text))").terms == [.date(seconds)])
    }

    @Test(arguments: [
        "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01", "2023-02-29T00:00:00Z", "2023-04-31T00:00:00Z",
        "2023-01-01T24:00:00Z", "2023-01-01T00:60:00Z", "2023-01-01T00:00:60Z", "2023-01-01T00:00:00", "2023-01-01",
        "2023-01-01T00:00:00.Z", "2023-01-01T00:00:00+1:00", "2023-1-01T00:00:00Z",
    ])
    func invalidDates(_ text: String) {
        #expect(throws: SyntaxError.self) { try Fact(source: "d(\(text))") }
    }

    @Test func everyDayPrintsAsItParses() throws {
        for day in stride(from: UInt64(0), to: 100_000, by: 37) {
            let seconds = day * 86_400 + day % 86_400
            #expect(DateText.parse(Array(DateText.print(seconds).utf8)[...])?.seconds == seconds)
        }
    }

    /// A precomposed and a decomposed character look alike and are equal to Swift, but are different symbols.
    @Test func stringsAreEqualByBytesOnly() throws {
        let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
        #expect(composed == decomposed)
        #expect(Term.string(composed) != Term.string(decomposed))
        #expect(Set<Term>([.string(composed), .string(decomposed)]).count == 2)
        let authorizer = try AuthorizerBuilder(
            "allow if user({name});", parameters: ["name": .string(decomposed)]
        ).build()
        #expect(try !authorizer.authorize(nil, facts: [Fact("user", .string(composed))]).isAllowed)
        #expect(try authorizer.authorize(nil, facts: [Fact("user", .string(decomposed))]).isAllowed)
    }

    @Test func collectionsAreEqualByContent() {
        #expect(Term.set([1, 2, 2]) == Term.set([2, 1]))
        #expect(
            Term.map([MapEntry(.integer(1), 2), MapEntry(.string("a"), 3)])
                == Term.map([MapEntry(.string("a"), 3), MapEntry(.integer(1), 9), MapEntry(.integer(1), 2)]))
        #expect(Term.array([1, 2]) != Term.array([2, 1]))
    }
}
