import ArgumentParser
import Biscuit
import Gossip
import Inference
import Overlay

/// `samnode authority revoke`: takes back what the root key has signed.
struct AuthorityRevokeCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke tokens or peers; prints the signed revocations.",
        discussion: """
            A revoked token is refused by every node that knows of it, and with it every token that was made from it by \
            attenuation. A revoked peer has no good token any more, whatever was or will be issued to it. There is no way back.

            The revocations are also added to mesh-revocations in the data directory. A node that runs there takes them in \
            within seconds and brings them to all others; otherwise hand them to any node of the mesh:
            samnode authority revoke --peer 12D3KooW… | samnode revocations add -
            """)

    @OptionGroup var directory: DataDirectoryOptions
    @Option(
        help: ArgumentHelp(
            "The revocation id of a block, as issue and token inspect print it. Repeatable.", valueName: "hex"),
        transform: ArgumentValues.revocationID)
    var tokenId: [[UInt8]] = []
    @Option(
        help:
            "A token, or a file with one: revokes it and all tokens that were made from the same issued one. Repeatable."
    )
    var token: [String] = []
    @Option(help: "A peer, with all its tokens. Repeatable.", transform: ArgumentValues.peer)
    var peer: [PeerID] = []
    @Option(
        help: """
            For how long tokens may be good that this is about (default: until the token of --token ends, else 3650d, the \
            longest life that can be issued). Nodes keep a revocation for at least as long.
            """, transform: ArgumentValues.timeToLive)
    var ttl: TimeSpan?

    func validate() throws {
        guard !tokenId.isEmpty || !token.isEmpty || !peer.isEmpty else {
            throw ValidationError("Name what is revoked: --token-id, --token or --peer.")
        }
    }

    func execute(_ console: inout Console) throws(ConsoleError) {
        let now = console.now
        let latest = now + (ttl ?? TimeText.longest)
        var subjects: [(subject: Revocation.Subject, end: WallTime)] = []
        for argument in token {
            let token = try TokenFile.read(argument, console: console)
            guard let id = token.revocationIDs.first else { continue }
            subjects.append((.block(id), ttl == nil ? Self.end(of: token) ?? latest : latest))
        }
        subjects += tokenId.map { (.block($0), latest) } + peer.map { (.peer($0), latest) }
        let ledger = try AuthorityLedger(try directory.open(), at: now)
        var shown: [Revocation] = []
        for (subject, end) in subjects {
            let (statement, isNew) = try ledger.revoke(subject, until: end, at: now)
            console.note(isNew ? "revoked \(subject.words)" : "\(subject.words) was revoked before")
            shown.append(statement)
        }
        try ledger.save()
        console.note("wrote \(ledger.path): back it up with the root key")
        console.note("next, unless a node runs in this directory: hand the lines below to samnode revocations add")
        for statement in shown { console.print(statement.line) }
    }

    /// When a token ends by its authority block; nil when that says nothing.
    private static func end(of token: Token) -> WallTime? {
        let facts = (try? token.block(0))?.facts ?? []
        return facts.filter { $0.name == Vocabulary.expiration }.compactMap { fact in
            if case .date(let seconds)? = fact.terms.first { WallTime(seconds: seconds) } else { nil }
        }.max()
    }
}

extension Revocation.Subject {
    /// As people are told.
    var words: String {
        switch self {
        case .block(let id): "token \(Hexadecimal.encode(id))"
        case .peer(let peer): "peer \(peer)"
        }
    }
}
