import Testing

@testable import Biscuit

/// Every operator with every pair of types, with the values and errors of the reference implementation.
@Suite(.enabled(if: Conformance.exists("generated"), Conformance.missing))
struct GeneratedExpressionTests {
    @Test func expressions() throws {
        let tally = Tally("expr_matrix.json")
        for testcase in try Conformance.json("generated/expr_matrix.json")["cases"].array {
            let expression = testcase["expr"].string ?? ""
            tally.record("\(testcase["id"].text) \(expression)", problem(expression, testcase))
        }
        tally.finish()
    }

    private func problem(_ expression: String, _ expected: JSON) -> String? {
        if let value = expected["bool"].bool { return compare(expression, "\(value)") }
        if let error = expected["error"].string { return compare(expression, error) }
        guard let type = expected["type"].string else { return "nothing is expected" }
        if let problem = compare("(\(expression)).type() === \"\(type)\"", "true") { return problem }
        guard let value = expected["value"].string else { return nil }
        return compare("(\(expression)) == \(value)", "true")
    }

    private func compare(_ expression: String, _ expected: String) -> String? {
        let outcome = evaluate(expression)
        return outcome == expected ? nil : "\(expression) is \(outcome), expected \(expected)"
    }

    private func evaluate(_ expression: String) -> String {
        do {
            let authorizer = try AuthorizerBuilder("check if \(expression); allow if true;").build()
            return "\(try authorizer.authorize(nil).isAllowed)"
        } catch let error as ExecutionError {
            return ReferenceText.name(error)
        } catch {
            return "\(error)"
        }
    }
}
