import Biscuit
import Inference

/// Verifies the signatures of a token and nothing else.
struct SignatureCheck {
    let roots: [PublicKey]

    /// With the first of the roots that signed the token.
    func verify(_ token: Token) throws(AdmissionRefusal) -> VerifiedToken {
        for root in roots {
            do throws(TokenError) {
                return try token.verify(root: root)
            } catch {
                switch error {
                case .invalidSignature(block: 0): continue
                case .invalidSignature, .invalidExternalSignature, .invalidProof: throw .tampered(error.description)
                default: throw .malformed(error.description)
                }
            }
        }
        throw .foreign
    }
}
