/// What became of one input.
package enum FuzzOutcome: Hashable, Sendable {
    /// It was taken; which kind of value it was.
    case accepted(String)
    /// It was refused; the reason, without its figures.
    case refused(String)
    /// What must not be happened, in words.
    case broken(String)
}

/// A refusal with a reason of its own, for decoders whose errors quote the input.
struct FuzzRefusal: Error {
    let reason: String
}

extension FuzzOutcome {
    /// Characters of a reason that count; more would tell every input from every other.
    private static let reasonLength = 60

    static func refused(_ error: any Error) -> FuzzOutcome {
        guard let refusal = error as? FuzzRefusal else { return .refused(name("\(error)")) }
        return .refused(name(refusal.reason))
    }

    /// The case of an enumeration, or that something was read.
    static func accepted(kindOf value: some Any) -> FuzzOutcome {
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .enum else { return .accepted("read") }
        return .accepted(name(mirror.children.first?.label ?? "\(value)"))
    }

    /// A text without figures, so that outcomes that differ in numbers alone are one.
    private static func name(_ text: String) -> String {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return String(decoding: text.utf8.prefix(reasonLength).filter { !digits.contains($0) }, as: UTF8.self)
    }
}
