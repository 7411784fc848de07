import Overlay

/// Why a text is no criterion: what was found, and what was expected.
public struct CriterionError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension Criterion {
    /// Longer texts are no criteria: the longest figure's name and number fit several times.
    private static let longestText = 200

    /// Reads `figure <= number`, `figure >= number` or `figure == number`; spaces around the comparison may be left out.
    /// - Throws: ``CriterionError`` for anything else, for names that no run has, and for numbers that no figure can be.
    public init(parsing text: String) throws(CriterionError) {
        guard text.utf8.count <= Self.longestText else {
            throw CriterionError("a text of \(text.utf8.count) bytes; a criterion has \(Self.longestText) at most")
        }
        let bytes = Array(text.utf8)
        guard let place = bytes.firstIndex(where: { Self.signs.contains($0) }) else {
            throw CriterionError("'\(text)' compares nothing; expected a figure, <=, >= or ==, and a number")
        }
        let signs = bytes[place...].prefix { Self.signs.contains($0) }
        guard let comparison = Comparison(rawValue: String(decoding: signs, as: UTF8.self)) else {
            let found = String(decoding: signs, as: UTF8.self)
            throw CriterionError("'\(found)' in '\(text)' is no comparison; expected <=, >= or ==")
        }
        let figure = Self.trimmed(bytes[..<place])
        let number = Self.trimmed(bytes[signs.endIndex...])
        guard FigureName.all.contains(figure) else { throw Self.unknownFigure(figure) }
        guard let first = number.utf8.first, Self.numberStarts.contains(first), let bound = Double(number),
            bound.isFinite
        else {
            throw CriterionError("'\(number)' in '\(text)' is no number; expected one such as 450 or 99.5")
        }
        self.init(figure, comparison, bound)
    }

    private static let signs = Array("<>=!~".utf8)
    private static let numberStarts = Array("0123456789-.".utf8)

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var rest = bytes.drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return String(decoding: rest, as: UTF8.self)
    }

    private static func unknownFigure(_ name: String) -> CriterionError {
        guard !name.isEmpty else {
            return CriterionError("no figure before the comparison; expected one such as delivery.p99")
        }
        let stem = name.split(separator: ".").first.map(String.init) ?? name
        let near = FigureName.all.filter { $0 == stem || $0.hasPrefix(stem + ".") }
        let hint = near.isEmpty ? FigureName.all : near
        return CriterionError("there is no figure '\(name)'; expected one of \(hint.joined(separator: ", "))")
    }
}
