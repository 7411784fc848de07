import CSodium
import Testing

@testable import Overlay

/// The primitives in use against Wycheproof.
@Suite(.enabled(if: Conformance.isPresent, Conformance.absence))
struct CryptoVectors {
    private func forEachCase(
        _ file: String, _ tally: inout Tally, _ check: (_ group: JSON, _ vector: JSON) throws -> Bool
    ) throws {
        for group in try Conformance.load(file)["testGroups"].items {
            for vector in group["tests"].items {
                tally.run("case \(vector["tcId"].int ?? 0)") { try check(group, vector) }
            }
        }
    }

    @Test func chaChaPoly() throws {
        var tally = Tally("crypto/wycheproof_chacha20_poly1305.json")
        try forEachCase("crypto/wycheproof_chacha20_poly1305.json", &tally) { _, vector in
            let isValid = vector["result"].text == "valid"
            guard let nonce = ChaChaPoly.Nonce(try vector["iv"].requireHex()) else { return !isValid }
            let key = Secret(try vector["key"].requireHex())
            let message = try vector["msg"].requireHex()
            let associated = try vector["aad"].requireHex()
            let sealed = try vector["ct"].requireHex() + vector["tag"].requireHex()
            let opened = ChaChaPoly.open(sealed, key: key, nonce: nonce, associated: associated)
            guard isValid else { return opened == nil }
            return opened == message
                && ChaChaPoly.seal(message, key: key, nonce: nonce, associated: associated) == sealed
        }
        tally.finish()
    }

    @Test func ed25519() throws {
        var tally = Tally("crypto/wycheproof_ed25519.json")
        try forEachCase("crypto/wycheproof_ed25519.json", &tally) { group, vector in
            let key = try #require(PublicKey(group["publicKey"]["pk"].requireHex()))
            let valid = try key.isValid(vector["sig"].requireHex(), for: vector["msg"].requireHex())
            return valid == (vector["result"].text == "valid")
        }
        tally.finish()
    }

    @Test func x25519() throws {
        var tally = Tally("crypto/wycheproof_x25519.json")
        try forEachCase("crypto/wycheproof_x25519.json", &tally) { _, vector in
            let pair = try #require(X25519.KeyPair(secret: vector["private"].requireHex()))
            let remote = try #require(Bytes32(vector["public"].requireHex()))
            let expected = try vector["shared"].requireHex()
            let shared = X25519.agree(pair, with: remote)
            // A shared secret of zeros is marked acceptable; here it is refused, as Noise allows.
            if expected.allSatisfy({ $0 == 0 }) { return shared == nil }
            return shared == Secret(expected)
        }
        tally.finish()
    }

    @Test func hkdf() throws {
        var tally = Tally("crypto/wycheproof_hkdf_sha256.json")
        try forEachCase("crypto/wycheproof_hkdf_sha256.json", &tally) { _, vector in
            let output = HKDF.derive(
                salt: try vector["salt"].requireHex(), material: try vector["ikm"].requireHex(),
                info: try vector["info"].requireHex(), count: vector["size"].int ?? 0)
            guard vector["result"].text == "valid" else { return output == nil }
            return try output == Secret(vector["okm"].requireHex())
        }
        tally.finish()
    }

    @Test func hmac() throws {
        var tally = Tally("crypto/wycheproof_hmac_sha256.json")
        try forEachCase("crypto/wycheproof_hmac_sha256.json", &tally) { _, vector in
            let code = HMAC.authenticate(try vector["msg"].requireHex(), key: try vector["key"].requireHex())
            let tag = try vector["tag"].requireHex()
            return ConstantTime.equal(code.array[..<tag.count], tag) == (vector["result"].text == "valid")
        }
        tally.finish()
    }

    /// The node uses none of it; that its library agrees is known for whoever comes to use it.
    @Test func xChaChaPoly() throws {
        var tally = Tally("crypto/wycheproof_xchacha20_poly1305.json")
        try forEachCase("crypto/wycheproof_xchacha20_poly1305.json", &tally) { _, vector in
            let isValid = vector["result"].text == "valid"
            let (key, nonce) = (try vector["key"].requireHex(), try vector["iv"].requireHex())
            guard nonce.count == Int(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES) else { return !isValid }
            let (message, associated) = (try vector["msg"].requireHex(), try vector["aad"].requireHex())
            let sealed = try vector["ct"].requireHex() + vector["tag"].requireHex()
            var opened = [UInt8](repeating: 0, count: message.count)
            let status = crypto_aead_xchacha20poly1305_ietf_decrypt(
                &opened, nil, nil, sealed, UInt64(sealed.count), associated, UInt64(associated.count), nonce, key)
            return isValid ? status == 0 && opened == message : status != 0
        }
        tally.finish()
    }
}
