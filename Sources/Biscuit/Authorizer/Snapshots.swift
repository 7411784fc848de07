/// Why a snapshot cannot be loaded.
public enum SnapshotError: Error, Hashable, Sendable, CustomStringConvertible {
    case invalid(TokenError)
    /// It holds the state of an evaluation where only an authorizer was expected.
    case notAnAuthorizer
    /// Loading it reached a limit.
    case execution(ExecutionError)

    public var description: String {
        switch self {
        case .invalid(let error): error.description
        case .notAnAuthorizer: "the snapshot holds a token or derived facts, not only an authorizer"
        case .execution(let error): error.description
        }
    }
}

extension RunLimits {
    /// How long a step is taken to last when limits are written to a snapshot, which counts nanoseconds.
    static let nanosecondsPerStep: UInt64 = 10

    /// These limits, lowered to what a snapshot asks for.
    func lowered(to snapshot: Snapshot) -> RunLimits {
        var limits = self
        limits.maxFacts = min(maxFacts, Int(clamping: snapshot.maxFacts))
        limits.maxIterations = min(maxIterations, Int(clamping: snapshot.maxIterations))
        limits.maxSteps = min(maxSteps, Int(clamping: snapshot.maxTime / Self.nanosecondsPerStep))
        return limits
    }
}

extension AuthorizerBuilder {
    /// The content as a protobuf `AuthorizerSnapshot`, without host functions.
    public var snapshot: [UInt8] { makeSnapshot().bytes }

    func makeSnapshot() -> Snapshot {
        var symbols = SymbolTable()
        let policies = policies.map { symbols.lower($0) }
        var authorizer = symbols.lower(block)
        authorizer.symbols = []
        return Snapshot(
            maxFacts: UInt64(clamping: limits.maxFacts), maxIterations: UInt64(clamping: limits.maxIterations),
            maxTime: UInt64(clamping: limits.maxSteps).multipliedReportingOverflow(by: RunLimits.nanosecondsPerStep)
                .partialValue, symbols: symbols, authorizer: authorizer, policies: policies)
    }

    /// Loads a snapshot of an authorizer.
    ///
    /// - Parameter limits: the most the snapshot may allow itself.
    public init(
        snapshot bytes: [UInt8], limits: RunLimits = .default, tokenLimits: TokenLimits = .default
    ) throws(SnapshotError) {
        let snapshot = try Snapshot.parse(bytes, tokenLimits)
        guard snapshot.blocks.isEmpty, snapshot.facts.isEmpty, snapshot.iterations == 0 else { throw .notAnAuthorizer }
        try self.init(snapshot, limits: limits)
    }

    fileprivate init(_ snapshot: Snapshot, limits: RunLimits) throws(SnapshotError) {
        self.init()
        do {
            let block = try snapshot.symbols.lift(snapshot.authorizer)
            facts = block.facts
            rules = block.rules
            checks = block.checks
            scopes = block.scopes
            for policy in snapshot.policies { policies.append(try snapshot.symbols.lift(policy)) }
        } catch {
            throw .invalid(.malformed(error.reason))
        }
        self.limits = limits.lowered(to: snapshot)
    }
}

extension Snapshot {
    fileprivate static func parse(_ bytes: [UInt8], _ limits: TokenLimits) throws(SnapshotError) -> Snapshot {
        guard bytes.count <= limits.maxBytes else { throw .invalid(.limitReached(.bytes(limits.maxBytes))) }
        do {
            return try BlockDecoder(maxNesting: limits.maxNesting).snapshot(bytes, maxBlocks: limits.maxBlocks)
        } catch {
            throw .invalid(TokenError(error))
        }
    }

    /// The blocks, compiled.
    fileprivate func blockSet() throws(SnapshotError) -> BlockSet? {
        guard !blocks.isEmpty else { return nil }
        let contents = TokenContents(blocks: blocks.map(\.content), symbols: symbols)
        do {
            return try BlockSet(contents, externalKeys: blocks.map(\.externalKey))
        } catch {
            throw .invalid(error)
        }
    }
}

extension Evaluation {
    /// Authorizer, blocks and every known fact as a protobuf `AuthorizerSnapshot`, without host functions.
    ///
    /// A snapshot is not signed: whoever can change it decides what it allows.
    public var snapshot: [UInt8] {
        var snapshot = authorizer.builder.makeSnapshot()
        for index in 0..<(blocks?.count ?? 0) {
            guard let blocks, let builder = try? blocks.contents.builder(index) else { continue }
            var content = snapshot.symbols.lower(builder)
            content.version = blocks.contents.blocks[index].version
            snapshot.blocks.append(Snapshot.Block(content: content, externalKey: blocks.externalKeys[index]))
        }
        for (origin, facts) in factsByOrigin {
            let lowered = facts.map { snapshot.symbols.lower($0.predicate) }
            snapshot.facts.append(Snapshot.Facts(origin: origin, facts: lowered))
        }
        snapshot.iterations = UInt64(clamping: machine.iterations)
        return snapshot.bytes
    }

    /// Loads a snapshot and derives what is still missing.
    ///
    /// - Parameters:
    ///   - functions: the host functions its expressions may call.
    ///   - limits: the most the snapshot may allow itself.
    public init(
        snapshot bytes: [UInt8], functions: [String: HostFunction] = [:], limits: RunLimits = .default,
        tokenLimits: TokenLimits = .default
    ) throws(SnapshotError) {
        let snapshot = try Snapshot.parse(bytes, tokenLimits)
        var builder = try AuthorizerBuilder(snapshot, limits: limits)
        for (name, function) in functions { builder.register(name, function) }
        let authorizer: Authorizer
        do {
            authorizer = try builder.build()
        } catch {
            throw .invalid(.malformed(error.description))
        }
        let blocks = try snapshot.blockSet()
        let facts = try Self.facts(snapshot)
        do {
            let bound = try BoundAuthorizer(authorizer, blocks)
            self = try bound.resume(facts, iterations: Int(clamping: snapshot.iterations))
        } catch {
            throw .execution(error)
        }
    }

    private static func facts(_ snapshot: Snapshot) throws(SnapshotError) -> [(OriginSet, Fact)] {
        var facts: [(OriginSet, Fact)] = []
        do {
            for group in snapshot.facts {
                for fact in group.facts { facts.append((group.origin, Fact(try snapshot.symbols.lift(fact)))) }
            }
        } catch {
            throw .invalid(.malformed(error.reason))
        }
        return facts
    }
}
