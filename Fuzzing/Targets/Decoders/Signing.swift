import Mutations
import Overlay

/// Puts a right signature behind whatever was made of a signed record, so that what stands before it is reached.
struct Signing: Sendable {
    private let identities: [Identity]
    private let domain: [UInt8]
    private let keyOffset: Int

    private static let signatureLength = 64
    private static let keyLength = 32

    /// - Parameters:
    ///   - domain: what the signed bytes begin with.
    ///   - keyOffset: where the signer's public key stands.
    init(_ identities: [Identity], domain: String, keyOffset: Int) {
        self.identities = identities
        self.domain = Array(domain.utf8)
        self.keyOffset = keyOffset
    }

    /// The record with the key of one of the identities and with its signature.
    func sign(_ record: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
        var body = Array(record.dropLast(Self.signatureLength))
        let identity = identities[random.below(identities.count)]
        if body.count >= keyOffset + Self.keyLength {
            body.replaceSubrange(keyOffset..<keyOffset + Self.keyLength, with: identity.publicKey.bytes.array)
        }
        return body + identity.sign(domain + body)
    }
}
