/// Why a membership message was not used.
public enum MembershipDrop: String, Hashable, Sendable {
    /// From a peer without a link.
    case notLinked = "not_linked"
    /// An answer without a question, or too late.
    case unexpected
    /// More than ``MembershipSettings/answerBurst`` allows.
    case rate
    /// A shuffle from a peer that is no neighbour, or more of them than ``MembershipSettings/shuffleBurst`` allows.
    case shuffleRate = "shuffle_rate"
    /// A contact whose form, time or signature is wrong.
    case badContact = "bad_contact"
}
