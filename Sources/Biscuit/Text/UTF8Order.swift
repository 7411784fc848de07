/// Comparisons of strings by their UTF-8 bytes.
///
/// Swift compares strings by canonical equivalence, where a precomposed character equals its decomposed form. Two such
/// strings are different symbols in a token, so that comparison must never decide an authorization.
enum UTF8Order {
    static func isEqual(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }

    static func isLess(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    static func hash(_ text: String, into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(UInt8(0xFF))
    }
}
