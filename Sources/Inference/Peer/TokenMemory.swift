import OrderedCollections
import Overlay

/// Tokens that were judged good, by digest and bearer, so that their signatures are checked once and a request runs the
/// authorizer only. The least recently used goes when it is full.
struct TokenMemory {
    private struct Key: Hashable {
        let digest: Bytes32
        let bearer: PeerID
    }

    private let capacity: Int
    private var known: OrderedDictionary<Key, Admitted> = [:]

    init(capacity: Int) {
        self.capacity = capacity
    }

    mutating func admit(
        _ token: [UInt8], of bearer: PeerID, by admission: Admission, at now: WallTime
    ) -> Result<Admitted, AdmissionRefusal> {
        let key = Key(digest: SHA256.hash(token), bearer: bearer)
        if let admitted = known.removeValue(forKey: key), admission.review(admitted, at: now) == nil {
            known[key] = admitted
            return .success(admitted)
        }
        do throws(AdmissionRefusal) {
            let admitted = try admission.admit(token, from: bearer, at: now)
            if known.count >= capacity { known.removeFirst() }
            known[key] = admitted
            return .success(admitted)
        } catch {
            return .failure(error)
        }
    }
}
