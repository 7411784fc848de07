import Inference
import Testing

@testable import samnode

struct GateTests {
    private let gate: Gate

    init() throws {
        gate = Gate(token: try APIToken("t0ken"))
    }

    private func fields(_ pairs: [(String, String)]) -> [HeaderField] {
        pairs.map { HeaderField(name: $0.0, value: $0.1) }
    }

    /// The status of a refusal, or nil with the fields that are left.
    private func admit(_ pairs: [(String, String)], _ rule: Gate.Rule, gate other: Gate? = nil) -> (Int?, [String]) {
        do throws(OpenAIError) {
            return (nil, try (other ?? gate).admit(fields(pairs), under: rule).map(\.name))
        } catch {
            return (error.status, [])
        }
    }

    @Test(arguments: [
        ("Authorization", "Bearer t0ken"), ("authorization", "bearer t0ken"), ("x-api-key", "t0ken"),
        ("Api-Key", "t0ken"), ("X-Sam-Authentication", "Bearer t0ken"),
    ])
    func eachFieldOpensTheFacadeAndIsRemoved(name: String, value: String) {
        let (status, left) = admit([(name, value), ("X-Other", "1")], .anyCredential)
        #expect(status == nil)
        #expect(left == ["X-Other"])
    }

    @Test(arguments: [
        ("Authorization", "Bearer wrong"), ("Authorization", "Bearer t0ken2"), ("Authorization", "Bearer "),
        ("x-api-key", "Bearer t0ken"), ("X-Sam-Authentication", "Bearer t0ke"),
    ])
    func wrongTokensAreRefused(name: String, value: String) {
        #expect(admit([(name, value)], .anyCredential).0 == 401)
    }

    @Test(arguments: [[], [("Authorization", "Basic dDBrZW4=")], [("Authorization", "t0ken")], [("Cookie", "t0ken")]])
    func missingTokensAreRefused(pairs: [(String, String)]) {
        #expect(admit(pairs, .anyCredential).0 == 401)
    }

    @Test func theOtherFieldSurvivesWhenTheOwnOneOpened() {
        let (status, left) = admit(
            [("X-Sam-Authentication", "Bearer t0ken"), ("Authorization", "Bearer provider")], .anyCredential)
        #expect(status == nil)
        #expect(left == ["Authorization"])
    }

    @Test func authorizationNeverOpensTheRawProxy() {
        #expect(admit([("Authorization", "Bearer t0ken")], .ownFieldOnly).0 == 401)
        #expect(admit([("X-Sam-Authentication", "Bearer wrong")], .ownFieldOnly).0 == 403)
        let (status, left) = admit(
            [("X-Sam-Authentication", "Bearer t0ken"), ("Authorization", "Bearer provider")], .ownFieldOnly)
        #expect(status == nil)
        #expect(left == ["Authorization"])
    }

    @Test func theTokenItselfNeverLeaves() {
        for rule in [Gate.Rule.ownFieldOnly, .anyCredential] {
            let (status, left) = admit(
                [("X-Sam-Authentication", "Bearer t0ken"), ("Authorization", "Bearer t0ken"), ("x-api-key", "t0ken")],
                rule)
            #expect(status == nil)
            #expect(left.isEmpty)
        }
    }

    @Test func theSocketNeedsNoneAndTheFacadeKeepsCredentialsHere() {
        let open = Gate(token: nil)
        #expect(admit([("Authorization", "Bearer key")], .anyCredential, gate: open) == (nil, []))
        #expect(admit([("Authorization", "Bearer key")], .ownFieldOnly, gate: open) == (nil, ["Authorization"]))
    }

    @Test func theTokenIsNotPrinted() throws {
        let token = try APIToken("t0ken")
        let listeners = LocalAPI.Listeners(tcp: (ListenAddress(host: "127.0.0.1", port: 0), token))
        var dumped = ""
        dump(listeners, to: &dumped)
        for text in ["\(token)", String(reflecting: listeners), "\(listeners)", dumped] {
            #expect(!text.contains("t0ken"))
            #expect(!text.contains("116"), "its bytes")
        }
    }
}
