import Biscuit
import Foundation
import Inference
import Overlay

/// What a node's own token is good for, judged as every other node will judge it.
enum TokenState {
    case missing
    /// It cannot be read, and why.
    case unreadable(String)
    case refused(AdmissionRefusal)
    /// Until then.
    case good(until: WallTime)

    init(
        path: String, peer: PeerID, roots: [Biscuit.PublicKey], revocations: Revocations = Revocations(),
        at now: WallTime
    ) throws(ConsoleError) {
        guard FileManager.default.fileExists(atPath: path) else {
            self = .missing
            return
        }
        let token: Token
        do throws(ConsoleError) {
            token = try TokenFile.read(path.contains("/") ? path : "./\(path)", console: .system())
        } catch {
            self = .unreadable(error.message)
            return
        }
        var admission: Admission
        do throws(DatalogError) {
            admission = try Admission(roots: roots)
        } catch {
            throw ConsoleError(.software, "the admission rules do not compile: \(error); report this as a defect")
        }
        admission.revocations = revocations
        do throws(AdmissionRefusal) {
            self = .good(until: try admission.admit(token.bytes, from: peer, at: now).expiry)
        } catch {
            self = .refused(error)
        }
    }
}
