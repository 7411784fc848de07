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
                "no links yet: start the node with --bootstrap <multiaddr of another node>, or let another one dial it")
        }
        var table = ColumnTable(
            .left("PEER"), .left("USER"), .left("DIRECTION"), .left("ADDRESS"), .left("STATE"), .right("LINKED FOR"),
            .right("ROUND TRIP"), .right("RECEIVED"), .right("SENT"))
        for link in links {
            table.add(
                TerminalText.peer(link.peer, isWide: options.wide), link.user.map(TerminalText.printable) ?? "-",
                TerminalText.printable(link.direction), TerminalText.printable(link.address),
                link.isAdmitted ? "admitted" : "not admitted yet", TerminalText.duration(seconds: link.ageSeconds),
                link.roundTripMilliseconds.map(TerminalText.roundTrip(milliseconds:)) ?? "-",
                TerminalText.bytes(link.bytesReceived), TerminalText.bytes(link.bytesSent))
        }
        console.print(table.text)
    }
}
