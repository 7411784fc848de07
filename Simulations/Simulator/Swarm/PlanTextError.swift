/// Why a text is not a plan.
public enum PlanTextError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It does not begin as such a text does.
    case foreign(String)
    /// A character that does not occur in such texts; counted from one.
    case character(Character, place: Int)
    case tooShort
    /// Something was changed, or left out when it was copied.
    case checksum
    case version(UInt8)
    /// A field that this version does not know.
    case unknown(String, number: UInt64)
    /// The content ends in the middle of something.
    case truncated
    /// Something that no plan has.
    case impossible(String)

    public var description: String {
        switch self {
        case .foreign(let text):
            "'\(text)' names no run; expected v1:<seed>, v1:<seed>:<focus> or v1p:<plan>, as a swarm prints them"
        case .character(let character, let place):
            "'\(character)' at place \(place) of the plan: only letters, digits, '-' and '_' are expected there"
        case .tooShort: "the plan is too short to be one; was all of it copied?"
        case .checksum: "the plan does not match its checksum; was all of it copied, and nothing changed?"
        case .version(let version): "the plan has the form \(version), this program reads the form \(PlanText.version)"
        case .unknown(let what, let number): "the plan has the \(what) \(number), which this program does not know"
        case .truncated: "the plan ends in the middle of a field"
        case .impossible(let what): "the plan has \(what)"
        }
    }
}
