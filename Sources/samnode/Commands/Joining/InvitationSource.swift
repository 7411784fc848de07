import Biscuit
import Inference
import Overlay

/// Where an invitation's content comes from.
struct InvitationSource {
    let isRunning: Bool
    let roots: [Biscuit.PublicKey]
    /// Whose addresses those without a peer are; nil when the data directory has no key.
    let peer: PeerID?
    /// What the node says of itself, where others begin best.
    let addresses: [Multiaddr]

    /// A running node's own addresses. Those on which only its own machine reaches it are named when there are no
    /// others; a node that accepts no links passes on where it began itself.
    init(running report: JoiningReport) throws(ConsoleError) {
        isRunning = true
        do {
            roots = try report.rootKeys.map { try Biscuit.PublicKey($0) }
            peer = try PeerID(text: report.peer)
            // Whoever joins makes a link first, and links are TCP.
            let listening = try report.listenAddresses.map { try Multiaddr(text: $0) }.filter { $0.tcpPort != nil }
            let bootstraps = try report.bootstraps.map { try Multiaddr(text: $0) }.filter { $0.peer != nil }
            let remote = listening.filter { AddressReach($0) != .loopback }
            let own = remote.isEmpty ? listening : remote
            addresses = Array((own.isEmpty ? bootstraps : own).prefix(InvitationLimits.addresses))
        } catch {
            throw ConsoleError(
                .data,
                "the running node answers in a form that this version does not read (\(error)); "
                    + "use the samnode that runs it")
        }
    }

    /// A node that does not run names where it began itself.
    init(stopped directory: DataDirectory) throws(ConsoleError) {
        isRunning = false
        do throws(DataDirectoryError) {
            roots = try directory.trustedRoots()
            peer = try directory.existingIdentity()?.peerID
            addresses = Array(
                try BootstrapFile(directory).read().filter { $0.peer != nil }.prefix(InvitationLimits.addresses))
        } catch {
            throw ConsoleError(error)
        }
    }
}
