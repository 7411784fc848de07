import Foundation
import Testing

@testable import Biscuit

/// ECDSA on P-256 against Wycheproof.
@Suite(.enabled(if: Conformance.isPresent, Conformance.missing))
struct CryptoVectors {
    @Test func ecdsa() throws {
        let name = "crypto/wycheproof_ecdsa_secp256r1_sha256.json"
        let data = try Data(contentsOf: Conformance.root.appendingPathComponent(name))
        var (ran, failed) = (0, [Int]())
        for group in JSON(try JSONSerialization.jsonObject(with: data))["testGroups"].array {
            let point = try #require(group["publicKey"]["uncompressed"].hex)
            let isOdd = try #require(point.last) & 1 == 1
            let key = try PublicKey(algorithm: .secp256r1, bytes: [isOdd ? 3 : 2] + point[1...32])
            for vector in group["tests"].array {
                ran += 1
                let (signature, message) = (try #require(vector["sig"].hex), try #require(vector["msg"].hex))
                let isValid = key.isValidSignature(signature, for: message)
                if isValid != (vector["result"].string == "valid") { failed.append(vector["tcId"].int ?? 0) }
            }
        }
        print("conformance \(name): \(ran) ran, \(ran - failed.count) passed")
        #expect(failed.isEmpty && ran > 0, "\(failed)")
    }
}
