/// Datalog versions, as numbered on the wire.
enum DatalogVersion {
    static let v30: UInt32 = 3
    static let v31: UInt32 = 4
    static let v32: UInt32 = 5
    static let v33: UInt32 = 6
    static let supported = v30...v33
}

extension Wire.Block {
    /// The lowest version whose features suffice for the content.
    ///
    /// Arrays, maps and `.get()` came with v3.3 but do not raise the version: the reference implementation writes and
    /// reads them in v3.0 blocks, and both directions must agree with it byte for byte.
    var requiredVersion: UInt32 {
        if usesV33 { return DatalogVersion.v33 }
        return usesV31 ? DatalogVersion.v31 : DatalogVersion.v30
    }

    private var allRules: [Wire.Rule] { rules + checks.flatMap(\.queries) }

    private var usesV31: Bool {
        !scopes.isEmpty || checks.contains { $0.kind == .all }
            || allRules.contains { !$0.scopes.isEmpty || $0.expressions.joined().contains(where: \.isV31) }
    }

    private var usesV33: Bool {
        checks.contains { $0.kind == .reject } || facts.contains(where: \.usesV33)
            || rules.contains { $0.head.usesV33 }
            || allRules.contains {
                $0.body.contains(where: \.usesV33) || $0.expressions.joined().contains(where: \.isV33)
            }
    }
}

extension Wire.Predicate {
    fileprivate var usesV33: Bool { terms.contains(where: \.isV33) }
}

extension Wire.Term {
    fileprivate var isV33: Bool {
        switch self {
        case .null: true
        case .set(let elements): elements.contains(.null)
        default: false
        }
    }
}

extension Wire.Operation {
    fileprivate var isV31: Bool {
        switch self {
        case .binary(.bitwiseAnd, _), .binary(.bitwiseOr, _), .binary(.bitwiseXor, _), .binary(.strictNotEqual, _): true
        default: false
        }
    }

    fileprivate var isV33: Bool {
        switch self {
        case .value(let term): term.isV33
        case .closure: true
        case .unary(let kind, _): kind == .typeOf || kind == .external
        case .binary(let kind, _):
            switch kind {
            case .equal, .notEqual, .lazyAnd, .lazyOr, .all, .any, .external: true
            default: false
            }
        }
    }
}
