/// A set of Unicode scalars, as written between brackets.
struct ScalarSet: Sendable {
    indirect enum Item: Sendable {
        case range(UInt32, UInt32)
        case named(ScalarClass, isNegated: Bool)
        case set(ScalarSet)
    }

    /// How a set is combined with what stands to its left.
    enum Combination: Sendable {
        case union, intersection, difference, symmetricDifference
    }

    /// Parts from left to right; the combination of the first one is a union.
    var parts: [(combination: Combination, items: [Item])] = []
    var isNegated = false
    var ignoresCase = false

    init(_ items: [Item], isNegated: Bool = false, ignoresCase: Bool = false) {
        parts = [(.union, items)]
        self.isNegated = isNegated
        self.ignoresCase = ignoresCase
    }

    /// A measure of the time `contains` takes.
    var size: Int {
        parts.reduce(0) { sum, part in
            part.items.reduce(sum + 1) { sum, item in
                if case .set(let set) = item { sum + set.size } else { sum + 1 }
            }
        }
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        contains(ignoresCase ? CaseFolding.variants(of: scalar) : [scalar])
    }

    /// Case is ignored in the members, before sets are combined and negated.
    private func contains(_ variants: [Unicode.Scalar]) -> Bool {
        let result = parts.reduce(false) { result, part in
            let isMember = part.items.contains { Self.matches($0, variants) }
            switch part.combination {
            case .union: return result || isMember
            case .intersection: return result && isMember
            case .difference: return result && !isMember
            case .symmetricDifference: return result != isMember
            }
        }
        return result != isNegated
    }

    private static func matches(_ item: Item, _ variants: [Unicode.Scalar]) -> Bool {
        switch item {
        case .range(let first, let last): variants.contains { first <= $0.value && $0.value <= last }
        case .named(let named, let isNegated): variants.contains(where: named.contains) != isNegated
        case .set(let set): set.contains(variants)
        }
    }
}

/// Simple case folding, as far as the standard library tells it.
enum CaseFolding {
    /// The scalar and those that differ from it in case only.
    static func variants(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        var variants = [scalar]
        for mapping in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
            var scalars = mapping.unicodeScalars.makeIterator()
            if let only = scalars.next(), scalars.next() == nil, only != scalar { variants.append(only) }
        }
        return variants
    }
}

/// Classes of scalars with a name.
enum ScalarClass: Hashable, Sendable {
    case digit, space, word
    case ascii(ASCIIClass)
    case alphabetic, lowercase, uppercase, whitespace
    case anyScalar
    /// General categories by their two-letter abbreviations.
    case categories(Set<String>)

    enum ASCIIClass: String, Sendable {
        case alnum, alpha, ascii, blank, cntrl, digit, graph, lower, print, punct, space, upper, word, xdigit
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        switch self {
        case .digit: return properties.generalCategory == .decimalNumber
        case .space, .whitespace: return properties.isWhitespace
        case .word: return Self.isWord(scalar)
        case .ascii(let named): return scalar.isASCII && Self.contains(named, UInt8(truncatingIfNeeded: scalar.value))
        case .alphabetic: return properties.isAlphabetic
        case .lowercase: return properties.isLowercase
        case .uppercase: return properties.isUppercase
        case .anyScalar: return true
        case .categories(let names): return names.contains(Self.abbreviation(properties.generalCategory))
        }
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        if properties.isAlphabetic || properties.isJoinControl { return true }
        switch properties.generalCategory {
        case .decimalNumber, .connectorPunctuation, .nonspacingMark, .spacingMark, .enclosingMark: return true
        default: return false
        }
    }

    private static func contains(_ named: ASCIIClass, _ byte: UInt8) -> Bool {
        switch named {
        case .alnum: ASCII.isLetter(byte) || ASCII.isDigit(byte)
        case .alpha: ASCII.isLetter(byte)
        case .ascii: true
        case .blank: byte == 0x20 || byte == 0x09
        case .cntrl: byte < 0x20 || byte == 0x7F
        case .digit: ASCII.isDigit(byte)
        case .graph: (0x21...0x7E).contains(byte)
        case .lower: ASCII.isLetter(byte) && byte >= 0x61
        case .print: (0x20...0x7E).contains(byte)
        case .punct: (0x21...0x7E).contains(byte) && !ASCII.isLetter(byte) && !ASCII.isDigit(byte)
        case .space: byte == 0x20 || (0x09...0x0D).contains(byte)
        case .upper: ASCII.isLetter(byte) && byte < 0x61
        case .word: ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == 0x5F
        case .xdigit: Hexadecimal.value(of: byte) != nil
        }
    }

    /// A class by the name it has in `\p{…}`, or `nil` when it is not known here.
    init?(property name: String) {
        switch name {
        case "Any": self = .anyScalar
        case "Alphabetic", "alphabetic": self = .alphabetic
        case "Lowercase", "lowercase": self = .lowercase
        case "Uppercase", "uppercase": self = .uppercase
        case "White_Space", "whitespace": self = .whitespace
        default:
            let abbreviation = Self.longNames[name] ?? name
            let members = Self.abbreviations.filter { $0 == abbreviation || $0.prefix(1) == abbreviation }
            guard !members.isEmpty else { return nil }
            self = .categories(Set(members))
        }
    }

    private static let longNames = [
        "Letter": "L", "Mark": "M", "Number": "N", "Punctuation": "P", "Symbol": "S", "Separator": "Z", "Other": "C",
        "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll", "Titlecase_Letter": "Lt", "Decimal_Number": "Nd",
    ]

    private static let abbreviations = [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
    ]

    private static func abbreviation(_ category: Unicode.GeneralCategory) -> String {
        switch category {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }
}
