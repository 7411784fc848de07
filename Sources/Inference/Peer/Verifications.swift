import Gossip
import Overlay

/// What any number of nodes in one process remember together of signatures that they checked: contacts, catalog entries
/// and tokens. A process with one node needs none, since every node has memories of its own.
public struct Verifications: Sendable {
    let contacts: ContactMemory
    let entries: EntryMemory
    let tokens: VerificationMemory<PeerID, TokenMemory.Judged>

    /// - Parameter nodes: how many nodes there are to remember.
    public init(nodes: Int) {
        let capacity = 2 * max(nodes, 1) + 2
        contacts = ContactMemory(capacity: capacity)
        entries = EntryMemory(capacity: capacity)
        tokens = VerificationMemory(capacity: capacity)
    }
}
