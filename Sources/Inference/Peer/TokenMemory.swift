import Overlay

/// Tokens that were judged good, by bearer, so that their signatures are checked once and a request runs the authorizer
/// only.
struct TokenMemory {
    /// A token and what it says, of one bearer.
    struct Judged: Sendable {
        let token: [UInt8]
        let admitted: Admitted
    }

    private let known: VerificationMemory<PeerID, Judged>

    /// - Parameter shared: of checked tokens; nodes of one process with the same admission may share it.
    init(capacity: Int, shared: VerificationMemory<PeerID, Judged>? = nil) {
        known = shared ?? VerificationMemory(capacity: capacity)
    }

    func admit(
        _ token: [UInt8], of bearer: PeerID, by admission: Admission, at now: WallTime
    ) -> Result<Admitted, AdmissionRefusal> {
        if let judged = known[bearer], judged.token == token, admission.review(judged.admitted, at: now) == nil {
            return .success(judged.admitted)
        }
        do throws(AdmissionRefusal) {
            let admitted = try admission.admit(token, from: bearer, at: now)
            known.insert(Judged(token: token, admitted: admitted), for: bearer)
            return .success(admitted)
        } catch {
            return .failure(error)
        }
    }
}
