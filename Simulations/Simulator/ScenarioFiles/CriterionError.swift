import YAML

/// Why a text is no criterion.
public enum CriterionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not three words.
    case shape(String)
    /// No figure has this name.
    case figure(String)
    /// No relation is written like this.
    case relation(String)
    /// No number.
    case bound(String)

    public var description: String {
        switch self {
        case .shape(let text):
            return "found \(text.quotedForMessage), expected a figure, a relation and a number, such as "
                + "\"lookup.success >= 99\""
        case .figure(let name):
            let hint = NearestName.of(name, among: FigureName.all).map { "did you mean \"\($0)\"? " } ?? ""
            return "unknown figure \(name.quotedForMessage): \(hint)`simulate explain` lists the names"
        case .relation(let text):
            let known = Criterion.Relation.allCases.map(\.rawValue).asAlternatives
            return "found the relation \(text.quotedForMessage), expected \(known)"
        case .bound(let text):
            return "found the bound \(text.quotedForMessage), expected a number such as 99.5 or 450, "
                + "or a length of time such as 2s"
        }
    }
}
