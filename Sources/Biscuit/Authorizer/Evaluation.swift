/// A world in which every rule was applied to the end.
public struct Evaluation: Sendable {
    let authorizer: Authorizer
    let blocks: BlockSet?
    let machine: Machine

    /// Evaluates checks and policies. Policies are tried even when checks failed, and every failed check is reported.
    public func authorize() throws(ExecutionError) -> Authorization {
        var machine = machine
        var failed: [Authorization.FailedCheck] = []
        for check in machine.program.checks {
            guard try !passes(check, &machine) else { continue }
            let origin = check.block.member
            failed.append(
                Authorization.FailedCheck(origin: origin, index: check.index, source: source(check.index, origin)))
        }
        return Authorization(policy: try matchedPolicy(&machine), failedChecks: failed)
    }

    private func passes(_ check: CompiledCheck, _ machine: inout Machine) throws(ExecutionError) -> Bool {
        for index in check.queries {
            let query = machine.program.queries[index]
            switch check.kind {
            case .one: if try machine.hasMatch(query) { return true }
            case .all: if try machine.allMatch(query) { return true }
            case .reject: if try machine.hasMatch(query) { return false }
            }
        }
        return check.kind == .reject
    }

    private func matchedPolicy(_ machine: inout Machine) throws(ExecutionError) -> Authorization.MatchedPolicy? {
        for (index, policy) in machine.program.policies.enumerated() {
            for query in policy.queries {
                guard try machine.hasMatch(machine.program.queries[query]) else { continue }
                return Authorization.MatchedPolicy(
                    kind: policy.kind, index: index, source: authorizer.policySources[index])
            }
        }
        return nil
    }

    private func source(_ check: Int, _ origin: BlockOrigin) -> String {
        switch origin {
        case .authorizer: authorizer.checkSources[check]
        case .block(let block): blocks?.checkSource(block: block, index: check) ?? ""
        }
    }

    // MARK: - Queries

    /// The facts the head of `rule` derives from facts of the authorizer and the authority, or of the rule's scopes.
    public func query(_ rule: Rule) throws(ExecutionError) -> [Fact] {
        let trusted = OriginSet.trusted(
            rule.scopes, block: .authorizer, externalKeys: blocks?.externalKeys ?? [])
        return try query(rule, trusted)
    }

    /// Like `query`, from the facts of all blocks unless the rule has scopes.
    public func queryAll(_ rule: Rule) throws(ExecutionError) -> [Fact] {
        guard rule.scopes.isEmpty else { return try query(rule) }
        return try query(rule, .everything)
    }

    private func query(_ rule: Rule, _ trusted: OriginSet) throws(ExecutionError) -> [Fact] {
        var machine = machine
        var compiled: CompiledRule
        do {
            compiled = try machine.compile(rule)
        } catch {
            throw .unknownVariable(rule.unboundHeadVariables.first ?? rule.description)
        }
        compiled.trusted = trusted
        let rows = try machine.query(compiled)
        return rows.map { row in Fact(rule.head.name, row.map { machine.interner.term($0) }) }
    }
}
