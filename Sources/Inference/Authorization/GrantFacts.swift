import Biscuit

/// Turns patterns into facts. Names without a wildcard become one set per type, so that a token does not grow by a
/// fact with each service; every wildcard is one fact.
struct GrantFacts {
    /// The names of the facts, which differ between services and targets only.
    struct Names {
        var set: String
        var prefix: String
        var suffix: String
        var all: String

        static let services = Names(
            set: Vocabulary.grantedServiceSet, prefix: Vocabulary.grantedServicePrefix,
            suffix: Vocabulary.grantedServiceSuffix, all: Vocabulary.grantedServiceAll)
        static let targets = Names(
            set: Vocabulary.grantedTargetSet, prefix: Vocabulary.grantedTargetPrefix,
            suffix: Vocabulary.grantedTargetSuffix, all: Vocabulary.grantedTargetAll)
    }

    /// Wildcards first, in the order given, then one set per type, types and names in the order of their bytes.
    static func facts(_ grants: [(subject: String, extent: GrantExtent)], names: Names) -> [Fact] {
        var facts: [Fact] = []
        var sets: [String: [Term]] = [:]
        for (subject, extent) in grants {
            switch extent {
            case .exact(let name): sets[subject, default: []].append(.string(name))
            case .prefix(let text): facts.append(Fact(names.prefix, .string(subject), .string(text)))
            case .suffix(let text): facts.append(Fact(names.suffix, .string(subject), .string(text)))
            case .all: facts.append(Fact(names.all, .string(subject)))
            }
        }
        let subjects = sets.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for subject in subjects {
            var elements: [Term] = []
            for name in (sets[subject] ?? []).sorted() where elements.last != name { elements.append(name) }
            facts.append(Fact(names.set, .string(subject), .set(elements)))
        }
        return facts
    }
}
