import Foundation
import Testing

@testable import Biscuit

/// The official samples: results, failed checks, worlds, sources and revocation ids.
@Suite(.enabled(if: Conformance.isPresent, Conformance.missing))
struct OfficialSampleTests {
    @Test func samples() throws {
        let samples = try Conformance.json("samples.json")
        let root = try PublicKey("ed25519/" + (samples["root_public_key"].string ?? ""))
        let tally = Tally("samples.json")
        for testcase in samples["testcases"].array {
            let file = testcase["filename"].string ?? ""
            let bytes = try Conformance.bytes(file)
            for name in testcase["validations"].keys {
                let validation = testcase["validations"][name]
                tally.record("\(file) \(name)", problem(bytes, root, testcase["token"], validation))
            }
        }
        tally.finish()
    }

    private func problem(_ bytes: [UInt8], _ root: PublicKey, _ blocks: JSON, _ validation: JSON) -> String? {
        let expected = validation["result"]
        let token: VerifiedToken
        do {
            token = try Token.parse(bytes).verify(root: root)
        } catch {
            let refusals = ["Format", "Execution"]
            let isRefusal =
                refusals.contains { expected["Err"][$0].exists }
                || expected["Err"]["FailedLogic"]["InvalidBlockRule"].exists
            return isRefusal && !validation["world"].exists ? nil : "refused: \(error)"
        }
        if !validation["world"].exists { return "accepted, expected \(expected.text)" }
        return tokenProblem(token, blocks, validation) ?? outcomeProblem(token, validation)
    }

    private func tokenProblem(_ token: VerifiedToken, _ blocks: JSON, _ validation: JSON) -> String? {
        let ids = token.token.revocationIDs.map(Hexadecimal.encode)
        if ids != validation["revocation_ids"].strings { return "revocation ids \(ids)" }
        for (index, block) in blocks.array.enumerated() {
            guard let source = try? token.token.blockSource(index) else { return "block \(index) has no source" }
            if source != block["code"].string { return "source of block \(index):\n\(source)" }
            if token.token.externalKeys[index]?.description != block["external_key"].string {
                return "external key of block \(index)"
            }
            if Int(token.blocks.contents.blocks[index].version) != block["version"].int {
                return "version of block \(index)"
            }
            if token.blocks.contents.blocks[index].symbols != block["symbols"].strings {
                return "symbols of block \(index)"
            }
        }
        return nil
    }

    private func outcomeProblem(_ token: VerifiedToken, _ validation: JSON) -> String? {
        let expected = validation["result"]
        do {
            var builder = try AuthorizerBuilder(validation["authorizer_code"].string ?? "")
            builder.register("test", Self.externTest)
            let evaluation = try builder.build().bind(token).evaluate()
            if let problem = WorldComparison.problem(evaluation.world, validation["world"]) { return problem }
            return resultProblem(try evaluation.authorize(), expected)
        } catch let error as ExecutionError {
            return expected["Err"]["Execution"].string == name(error) ? nil : "\(error), expected \(expected.text)"
        } catch {
            return "\(error)"
        }
    }

    /// The function the official samples register.
    private static let externTest: HostFunction = { (value, argument) throws(HostFunctionError) in
        switch (value, argument) {
        case (let value, nil): return value
        case (.string(let a), .string(let b)?): return .string(a == b ? "equal strings" : "different strings")
        default: throw HostFunctionError("unsupported operands")
        }
    }

    private func name(_ error: ExecutionError) -> String {
        switch error {
        case .overflow: "Overflow"
        case .invalidType: "InvalidType"
        case .divisionByZero: "DivideByZero"
        case .shadowedVariable: "ShadowedVariable"
        case .invalidStack: "InvalidStack"
        case .unknownVariable: "UnknownVariable"
        default: "\(error)"
        }
    }

    private func resultProblem(_ result: Authorization, _ expected: JSON) -> String? {
        if let index = expected["Ok"].int {
            return result.isAllowed && result.policy?.index == index ? nil : "\(result), expected policy \(index)"
        }
        let logic = expected["Err"]["FailedLogic"]
        let failure = logic["Unauthorized"].exists ? logic["Unauthorized"] : logic["NoMatchingPolicy"]
        let policy = failure["policy"]
        if policy["Allow"].int != (result.policy?.kind == .allow ? result.policy?.index : nil) { return "\(result)" }
        if policy["Deny"].int != (result.policy?.kind == .deny ? result.policy?.index : nil) { return "\(result)" }
        let checks = failure["checks"].array.map { check in
            check["Block"].exists
                ? "block \(check["Block"]["block_id"].text) \(check["Block"]["check_id"].text) \(check["Block"]["rule"].text)"
                : "the authorizer \(check["Authorizer"]["check_id"].text) \(check["Authorizer"]["rule"].text)"
        }
        let failed = result.failedChecks.map { "\($0.origin) \($0.index) \($0.source)" }
        return failed == checks ? nil : "failed checks \(failed), expected \(checks)"
    }

    @Test(arguments: ["deprecated-v1", "deprecated-v2"])
    func deprecatedFormats(_ folder: String) throws {
        guard Conformance.exists(folder) else { return }
        let samples = try Conformance.json("\(folder)/samples.json")
        let tally = Tally("\(folder)/samples.json")
        let keyText = samples["root_public_key"].string ?? ""
        let key = try? PublicKey(keyText.contains("/") ? keyText : "ed25519/" + keyText)
        for testcase in samples["testcases"].array {
            let file = testcase["filename"].string ?? ""
            guard Conformance.exists("\(folder)/\(file)") else { continue }
            let bytes = try Conformance.bytes("\(folder)/\(file)")
            tally.record(file, isRefused(bytes, key) ? nil : "was accepted")
        }
        tally.finish()
    }

    private func isRefused(_ bytes: [UInt8], _ key: PublicKey?) -> Bool {
        guard let token = try? Token.parse(bytes), let key else { return true }
        guard let verified = try? token.verify(root: key) else { return true }
        guard let authorizer = try? AuthorizerBuilder("allow if true;").build() else { return false }
        return (try? authorizer.authorize(verified))?.isAllowed != true
    }
}

/// Compares a world with the form it has in the official samples.
enum WorldComparison {
    static func problem(_ world: World, _ expected: JSON) -> String? {
        let facts = world.facts.map { "\(names($0.origins)): \($0.facts.map(\.description).sorted())" }.sorted()
        let expectedFacts = expected["facts"].array.map { group in
            let origins = group["origin"].array.map { $0.int.map { BlockOrigin.block($0) } ?? .authorizer }
            return "\(names(origins.sorted())): \(group["facts"].strings.sorted())"
        }
        if facts != expectedFacts.sorted() { return "facts \(facts), expected \(expectedFacts)" }
        let rules = world.rules.map { ("\($0.origin)", $0.elements.map(\.description).sorted()) }
        if let problem = difference(rules, expected["rules"].array, "rules") { return problem }
        let checks = world.checks.map { ("\($0.origin)", $0.elements.map(\.description).sorted()) }
        if let problem = difference(checks, expected["checks"].array, "checks") { return problem }
        let policies = world.policies.map(\.description)
        return policies == expected["policies"].strings ? nil : "policies \(policies)"
    }

    private static func names(_ origins: [BlockOrigin]) -> String {
        origins.map(\.description).joined(separator: ", ")
    }

    private static func difference(_ actual: [(String, [String])], _ expected: [JSON], _ key: String) -> String? {
        let wanted = expected.map { part in
            let origin = part["origin"].int.flatMap { $0 >= 0 ? BlockOrigin.block($0) : nil } ?? .authorizer
            return "\(origin): \(part[key].strings.sorted())"
        }
        let found = actual.map { "\($0.0): \($0.1)" }
        return found.sorted() == wanted.sorted() ? nil : "\(key) \(found), expected \(wanted)"
    }
}
