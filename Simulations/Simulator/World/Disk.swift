import Overlay

/// The files of a node beside its identity and token: the contacts that it knew, as it writes them now and then.
struct Disk: Sendable {
    /// How often a node writes its contacts, as `samnode` does.
    static let interval = TimeSpan.seconds(60)
    /// Contacts that it writes, as `samnode` does.
    static let contacts = 64
    /// Writings kept beside the last one: an old backup is as many minutes old.
    private static let age = 5

    /// Oldest first.
    private var versions: [[[UInt8]]] = []

    mutating func write(_ contacts: [[UInt8]]) {
        // A node that is cut off for a while must not forget whom it knew.
        guard !contacts.isEmpty else { return }
        versions.append(contacts)
        if versions.count > Self.age + 1 { versions.removeFirst() }
    }

    /// What is left after a crash; from then on the files are what was left.
    mutating func fail(_ damage: PlannedFault.Disk) {
        switch damage {
        case .kept: break
        case .lost: versions = []
        case .old: versions = Array(versions.prefix(1))
        }
    }

    /// The contacts as they were written last.
    var newest: [[UInt8]] { versions.last ?? [] }
}
