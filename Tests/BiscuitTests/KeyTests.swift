import Testing

@testable import Biscuit

struct KeyTests {
    /// RFC 8032 section 7.1, test 2.
    @Test func ed25519Vector() throws {
        let text = "ed25519-private/4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
        let pair = try KeyPair(text)
        #expect(pair.privateKey.text == text)
        #expect(
            pair.publicKey.description == "ed25519/3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
        let signature = try pair.sign([0x72])
        #expect(
            Hexadecimal.encode(signature)
                == "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
        #expect(pair.publicKey.isValidSignature(signature, for: [0x72]))
        #expect(!pair.publicKey.isValidSignature(signature, for: [0x73]))
    }

    @Test func secp256r1RoundTrip() throws {
        let pair = try KeyPair("secp256r1-private/5017551052f09c290ffdf84e3658bcd2f1f032f56ad43310aa226bcfc9b64455")
        let text = "secp256r1/03e012e28b2be1d72b4657ce156f36091a90b1f605523e04a11ab8de25b1497f48"
        #expect(pair.publicKey.description == text)
        let signature = try pair.sign([1, 2, 3])
        #expect(try PublicKey(text).isValidSignature(signature, for: [1, 2, 3]))
        #expect(!pair.publicKey.isValidSignature(signature, for: [1, 2]))
        #expect(!pair.publicKey.isValidSignature([UInt8](signature.dropLast()), for: [1, 2, 3]))
    }

    /// The identity and other points of small order verify anything in lenient implementations.
    @Test func smallOrderKeysVerifyNothing() throws {
        let identity = try PublicKey(algorithm: .ed25519, bytes: [1] + [UInt8](repeating: 0, count: 31))
        let signature = [1] + [UInt8](repeating: 0, count: 63)
        #expect(!identity.isValidSignature(signature, for: [1, 2, 3]))
    }

    @Test(arguments: [
        "", "ed25519", "ed25519/", "ed25519/0g", "ed25519/001", "ed25519/00", "rsa/00", "secp256r1/00",
        "secp256r1/05e012e28b2be1d72b4657ce156f36091a90b1f605523e04a11ab8de25b1497f48",
    ])
    func malformedPublicKeys(_ text: String) {
        #expect(throws: KeyError.self) { try PublicKey(text) }
    }

    @Test func malformedPrivateKeys() {
        let zero = "secp256r1-private/" + String(repeating: "00", count: 32)
        for text in [zero, "ed25519-private/00", "ed25519/" + String(repeating: "00", count: 32)] {
            let error = #expect(throws: KeyError.self) { try PrivateKey(text) }
            #expect(error?.description.contains("0000") == false)
        }
    }
}
