import ArgumentParser
import Biscuit
import Gossip
import Inference
import Overlay
import YAML

/// `samnode token verify`: whether a node would accept a token, and whether it would let it use a service.
struct TokenVerifyCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Verify a token as a node would; exits with 1 when the answer is no.",
        discussion: """
            The root key comes from --root-key, from --root-key-path, or from mesh-root.pub in the data directory.
            With --service the local policy of --config decides, too; --host is the peer id of the host that would
            be asked, for tokens that name targets (default: the node of the data directory, if it has a key).
            With --authorizer the file's facts, rules, checks and policies decide alone, instead of what nodes demand;
            the time is stated as time(…) unless the file or --fact states one.
            """)

    @Argument(help: "A token, a file with one, or - for standard input.") var token: String
    @OptionGroup var directory: DataDirectoryOptions
    @Option(help: "A root key to trust, ed25519/<hex>. Repeatable.", transform: ArgumentValues.rootKey)
    var rootKey: [Biscuit.PublicKey] = []
    @Option(help: "A file of root keys to trust, one per line.") var rootKeyPath: String?
    @Option(help: "The peer that shows the token (default: the one it names).", transform: ArgumentValues.peer)
    var peer: PeerID?
    @Option(help: "The service that it is shown for, like inference:openrouter.", transform: ArgumentValues.service)
    var service: ServiceName?
    @Option(help: "The peer id of the host that would be asked.", transform: ArgumentValues.peer)
    var host: PeerID?
    @Option(help: "Configuration whose local policy decides, too.") var config: String?
    @Option(help: "A file with an authorizer that decides instead of a node: facts, rules, checks and policies.")
    var authorizer: String?
    @Option(
        help: "A fact for the authorizer, like 'right(\"file1\", \"read\")'. Repeatable.", transform: DatalogInput.fact)
    var fact: [Fact] = []
    @Flag(help: "Print which policy matched, which checks failed, and every fact with its origin.") var explain = false
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        guard authorizer == nil || (service == nil && peer == nil && host == nil && config == nil) else {
            throw ValidationError("--authorizer decides alone: leave out --service, --peer, --host and --config.")
        }
        guard fact.isEmpty || authorizer != nil else {
            throw ValidationError("--fact states something for an --authorizer: give one.")
        }
        guard !explain || authorizer != nil || service != nil else {
            throw ValidationError("--explain needs a request to explain: give --service or --authorizer.")
        }
    }

    func execute(_ console: inout Console) throws(ConsoleError) {
        let token = try TokenFile.read(token, console: console)
        let report =
            if let authorizer {
                try judge(token, by: FileAuthorizer(path: authorizer, facts: fact, now: console.now), at: console.now)
            } else {
                try self.report(on: token, at: console.now)
            }
        if json { try console.print(json: report) } else { report.show(on: &console) }
        guard report.valid else { throw ConsoleError(.refused, report.message ?? "the token is not valid") }
    }

    private func report(on token: Token, at now: WallTime) throws(ConsoleError) -> TokenReport {
        let admission = try admission()
        // Only whom verification assumes to show the token; whether it belongs to that peer is verified.
        let shownBy = peer ?? UnverifiedClaims(token).peer ?? Self.nobody
        var report = TokenReport(now: now)
        let world = try explain ? world(of: token, shownBy: shownBy, at: now) : nil
        let admitted: Admitted
        do throws(AdmissionRefusal) {
            admitted = try admission.admit(token.bytes, from: shownBy, at: now)
        } catch {
            report.refuse(code: error.code, message: error.description)
            report.explanation = world.map { Explanation(error, $0) }
            return report
        }
        report.describe(admitted)
        guard let service else { return report }
        let decision = try decide(admitted, service, at: now)
        report.add(decision, on: service)
        report.explanation = world.map { Explanation(decision, $0) }
        return report
    }

    /// Judges by the file's authorizer alone.
    private func judge(
        _ token: Token, by authorizer: FileAuthorizer, at now: WallTime
    ) throws(ConsoleError) -> TokenReport {
        var report = TokenReport(now: now)
        let signatures = SignatureCheck(roots: try roots())
        let verified: VerifiedToken
        do throws(AdmissionRefusal) {
            verified = try signatures.verify(token)
        } catch {
            report.refuse(code: error.code, message: error.description)
            return report
        }
        report.rootKey = verified.root.description
        do throws(ExecutionError) {
            let evaluation = try authorizer.evaluate(verified)
            let outcome = try evaluation.authorize()
            if explain { report.explanation = Explanation(outcome, evaluation.world) }
            report.allowedBy = outcome.isAllowed ? outcome.policy?.source : nil
            if let refusal = authorizer.refusal(outcome) { report.refuse(code: refusal.code, message: refusal.message) }
        } catch {
            report.refuse(code: "token_unevaluable", message: "the authorizer cannot be carried out: \(error)")
        }
        return report
    }

    /// What is known when the service is asked for; `nil` for tokens that no trusted root signed.
    private func world(
        of token: Token, shownBy peer: PeerID, at now: WallTime
    ) throws(ConsoleError) -> World? {
        guard let service, let verified = try? SignatureCheck(roots: try roots()).verify(token) else { return nil }
        let asked = if let host { host } else { try ownPeer() }
        return RequestWorld(policy: try policy(), peer: peer, host: asked, service: service, now: now)
            .evaluate(verified)
    }

    private func admission() throws(ConsoleError) -> Admission {
        let roots = try roots()
        do throws(DatalogError) {
            return try Admission(roots: roots)
        } catch {
            throw ConsoleError(.software, "tokens cannot be judged: \(error); report this as a defect")
        }
    }

    private func roots() throws(ConsoleError) -> [Biscuit.PublicKey] {
        if rootKeyPath == nil, !rootKey.isEmpty { return rootKey }
        return try ConsoleError.catching { () throws(DataDirectoryError) in
            if let rootKeyPath { return rootKey + (try RootKeyFile.read(rootKeyPath)) }
            return try DataDirectory.existing(path: directory.dataDir).trustedRoots()
        }
    }

    private func decide(
        _ admitted: Admitted, _ service: ServiceName, at now: WallTime
    ) throws(ConsoleError) -> Decision {
        let asked = if let host { host } else { try ownPeer() }
        let policy = try policy()
        let authorizer: ServiceAuthorizer
        do throws(ServiceAuthorizerError) {
            authorizer = try ServiceAuthorizer(policy: policy, node: asked ?? Self.nobody, own: nil)
        } catch {
            throw ConsoleError(.configuration, "\(error)")
        }
        let decision = authorizer.authorize(admitted, service: service, peer: admitted.peer, at: now)
        guard asked == nil, case .refused(var refusal) = decision, refusal.code == "target_not_allowed" else {
            return decision
        }
        refusal.message = "the token names the hosts that it may be used at; say which one is asked with --host"
        return .refused(refusal)
    }

    private func policy() throws(ConsoleError) -> LocalPolicy {
        guard let config else { return LocalPolicy() }
        let loaded: ConfigurationFile.Loaded
        do throws(YAMLFileError) {
            loaded = try ConfigurationFile.load(path: config)
        } catch {
            throw ConsoleError(error)
        }
        guard !loaded.isMissing else { throw ConsoleError(.noInput, "there is no file \(config); check --config") }
        return loaded.configuration.attenuation
    }

    /// The node of the data directory, if there is one.
    private func ownPeer() throws(ConsoleError) -> PeerID? {
        do throws(DataDirectoryError) {
            return try DataDirectory.existing(path: directory.dataDir).existingIdentity()?.peerID
        } catch .missing, .noHome {
            return nil
        } catch {
            throw ConsoleError(error)
        }
    }

    /// Stands for a peer that nobody can be: no key has these bytes.
    private static let nobody = PeerID(Overlay.PublicKey(bytes: .zero))
}
