import ArgumentParser
import Biscuit
import Gossip
import Inference
import Overlay

/// `samnode authority issue`: signs a token for one peer.
struct AuthorityIssueCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue", abstract: "Issue a token for a peer; prints it, or writes it to --out.",
        discussion: """
            Patterns of --service: '*', 'inference:*', 'inference:a.*', 'inference:*.b', 'inference:name'
            (or 'inference://name'). Without --service the token grants no service: its node can offer, not call.
            Patterns of --target name the hosts that the token may be used at, by what the hosts' own tokens say:
            '*', 'group:name', 'role:name', 'user:name', 'email:name' or a peer id. Without --target: every host.
            The file of --facts is Datalog text: facts, rules and checks, each ended by a semicolon.
            """)

    @OptionGroup var directory: DataDirectoryOptions
    @Option(help: "The peer that the token is for (see: samnode id).", transform: ArgumentValues.peer)
    var peer: PeerID
    @Option(help: "The user behind the peer.", transform: ArgumentValues.claim)
    var user: String?
    @Option(help: "The user's email address.", transform: ArgumentValues.claim)
    var email: String?
    @Option(help: "A group that the user is in. Repeatable.", transform: ArgumentValues.claim)
    var group: [String] = []
    @Option(
        help: "A role of the user or node. Repeatable. sam:role:router brings the right to relay.",
        transform: ArgumentValues.claim)
    var role: [String] = []
    @Option(help: "Services that the token grants. Repeatable.", transform: ArgumentValues.servicePattern)
    var service: [ServicePattern] = []
    @Option(help: "Hosts that the token may be used at. Repeatable.", transform: ArgumentValues.targetPattern)
    var target: [TargetPattern] = []
    @Option(help: "An attested label, key=value. Repeatable.", transform: ArgumentValues.label)
    var label: [Label] = []
    @Option(help: "How long the token is valid: 90m, 24h, 30d.", transform: ArgumentValues.timeToLive)
    var ttl: TimeSpan = .hours(24)
    @Option(help: "A file of further facts, rules and checks for the token.") var facts: String?
    @Option(help: "Write the token to this file (mode 0600, replaced when it exists) instead of printing it.")
    var out: String?

    func execute(_ console: inout Console) throws(ConsoleError) {
        guard let labels = LabelSet(label) else {
            throw ConsoleError(
                .usage,
                "found \(label.count) labels or one key twice; give each --label key once, "
                    + "at most \(LabelSet.capacity) of them")
        }
        let directory = try directory.open()
        let root = try ConsoleError.catching { () throws(DataDirectoryError) in try directory.rootKeyPair() }
        let request = request(labels: labels, at: console.now)
        var block = request.authorityBlock
        if let facts { block.add(try AuthorityFacts.read(facts)) }
        let token = try mint(block, root: root)
        summarize(request, token: token, now: console.now, console: &console)
        try TokenFile.deliver(token, to: out, console: &console)
    }

    private func request(labels: LabelSet, at now: WallTime) -> TokenRequest {
        var request = TokenRequest(peer: peer, expiry: now + ttl)
        request.user = user
        request.email = email
        request.groups = group
        request.roles = role
        request.services = service
        request.targets = target
        request.labels = labels
        return request
    }

    private func mint(_ block: BlockBuilder, root: KeyPair) throws(ConsoleError) -> Token {
        do {
            let next = try KeyPair(seed: SystemRandom.bytes(32))
            return try Token.mint(root: root, authority: block, nextKey: next)
        } catch {
            throw ConsoleError(.data, "the token cannot be made: \(error); give fewer or shorter options")
        }
    }

    private func summarize(_ request: TokenRequest, token: Token, now: WallTime, console: inout Console) {
        console.note("issued a token for \(request.peer)")
        var table = Table()
        table.add("expires", TimeText.relative(request.expiry, to: now))
        table.add("user", request.user)
        table.add("email", request.email)
        table.add("groups", request.groups.joined(separator: ", "))
        table.add("roles", request.roles.joined(separator: ", "))
        let services = request.services.map(\.description).joined(separator: ", ")
        table.add("grants", services.isEmpty ? "no service (its node can offer, not call; see --service)" : services)
        let targets = request.targets.map(\.description).joined(separator: ", ")
        table.add("hosts", targets.isEmpty ? "every one" : targets)
        table.add("labels", request.labels.description)
        table.add("facts from", facts)
        table.add("revocation", token.revocationIDs.first.map(Hexadecimal.encode))
        console.note(table.text)
    }
}
