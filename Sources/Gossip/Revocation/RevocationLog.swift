import Overlay

/// One root's revocations, in the order of their numbers.
struct RevocationLog: Sendable {
    let root: PublicKey
    /// By number, then by id: a root whose list was lost may have given a number twice, and then both count.
    private(set) var statements: [Revocation] = []
    /// As the latest statement says.
    private(set) var floor: UInt64 = 1
    /// Every number from the floor to this one is here.
    private(set) var through: UInt64 = 0

    init(root: PublicKey) {
        self.root = root
    }

    /// Goes through all statements.
    var tally: RevocationTally {
        var writer = Writer(reserving: 1_024)
        for statement in statements where (floor...max(floor, through)).contains(statement.number) {
            writer.bytes32(statement.id)
        }
        return RevocationTally(root: root, floor: floor, through: through, hash: SHA256.hash(writer.bytes))
    }

    /// The highest number that is known; others below it may be missing.
    var highest: UInt64 { max(statements.last?.number ?? 0, through) }

    /// Numbers that exist and are not here: at most as many as a root may have in use.
    var missing: [UInt64] {
        guard highest > through else { return [] }
        let known = Set(statements.map(\.number))
        return (through + 1...highest).filter { !known.contains($0) }
    }

    func contains(_ statement: Revocation) -> Bool {
        let start = index(of: statement)
        return start < statements.count && statements[start].id == statement.id
    }

    /// Whether the number was given to something else before.
    func hasTwin(of statement: Revocation) -> Bool {
        let start = statements.partitionPoint { $0.number >= statement.number }
        return start < statements.count && statements[start].number == statement.number
            && !contains(statement)
    }

    /// What speaks against a statement of this root, apart from its signature.
    /// - Parameter capacity: statements kept at most. Full: what is new is refused, unless it says that others are over; so
    ///   what was revoked stays revoked.
    func refusal(of statement: Revocation, capacity: Int) -> RevocationRefusal? {
        if statement.number < floor { return .over }
        let isFull = statements.count >= capacity && statement.contents.floor <= floor
        return isFull ? .full : nil
    }

    /// Puts a statement in that nothing speaks against.
    /// - Returns: whether others were forgotten: those that the root takes to be over and that have ended by this node's
    ///   clock too.
    mutating func insert(_ statement: Revocation, at now: WallTime, skew: TimeSpan) -> Bool {
        statements.insert(statement, at: index(of: statement))
        let before = statements.count
        if statement.contents.floor > floor {
            floor = statement.contents.floor
            statements.removeAll { $0.number < floor && $0.contents.end + skew <= now }
        }
        advance()
        return statements.count < before
    }

    /// The statements that somebody with this tally lacks; of nobody, all that matter.
    /// - Parameter own: the log's own ``tally``.
    func missing(in other: RevocationTally?, own: RevocationTally) -> [Revocation] {
        let current = statements.filter { $0.number >= floor }
        guard let other else { return current }
        // The same numbers and another hash: the root gave a number twice.
        if other.floor == floor, other.through == through, other.hash != own.hash { return current }
        return current.filter { $0.number > other.through }
    }

    private func index(of statement: Revocation) -> Int {
        statements.partitionPoint { known in
            known.number > statement.number
                || known.number == statement.number && known.id >= statement.id
        }
    }

    /// Goes on to the last number before which none is missing.
    private mutating func advance() {
        through = max(through, floor - 1)
        var next = statements.partitionPoint { $0.number > through }
        while next < statements.count, statements[next].number <= through + 1 {
            through = statements[next].number
            next += 1
        }
    }
}
