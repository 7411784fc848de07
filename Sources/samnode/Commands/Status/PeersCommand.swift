import ArgumentParser

/// `samnode peers`: the links of the running node.
struct PeersCommand: NodeQuery {
    static let configuration = CommandConfiguration(
        commandName: "peers", abstract: "List the running node's links to other nodes.")

    @OptionGroup var options: NodeQueryOptions

    var target: String { "/sam/node/peers" }

    func show(_ links: [PeerReport], on console: inout Console) {
        guard !links.isEmpty else {
            return console.print(
                "no links yet: take an invitation with samnode join, start the node with --bootstrap <multiaddr of another "
                    + "node>, or let another one dial it; samnode doctor says what is in the way")
        }
        var table = ColumnTable(
            .left("PEER"), .left("USER"), .left("ROLE"), .left("DHT"), .left("DIRECTION"), .left("TRANSPORT"),
            .left("ADDRESS"),
            .left("STATE"), .right("LINKED FOR"), .right("ROUND TRIP"), .right("CIRCUITS"), .right("RECEIVED"),
            .right("SENT"))
        for link in links {
            table.add(
                TerminalText.peer(link.peer, isWide: options.wide), link.user.map(TerminalText.printable) ?? "-",
                roles(of: link), link.dht.map(TerminalText.printable) ?? "-",
                TerminalText.printable(link.direction),
                link.transport.map(TerminalText.printable) ?? "-", TerminalText.printable(link.address),
                link.isAdmitted ? "admitted" : "not admitted yet", TerminalText.duration(seconds: link.ageSeconds),
                link.roundTripMilliseconds.map(TerminalText.roundTrip(milliseconds:)) ?? "-",
                String(link.streams), TerminalText.bytes(link.bytesReceived), TerminalText.bytes(link.bytesSent))
        }
        console.print(table.text)
    }

    /// What the peer's token says that it is; without the prefix that roles of the mesh share, unless all is wanted.
    private func roles(of link: PeerReport) -> String {
        let prefix = "sam:role:"
        let shown = link.roles.map { role in
            TerminalText.printable(
                role.hasPrefix(prefix) && !options.wide ? String(role.dropFirst(prefix.count)) : role)
        }
        return shown.isEmpty ? "-" : shown.joined(separator: ", ")
    }
}
