import Testing

/// Public declarations of the pure modules say what they are.
struct DocumentationTests {
    private static let typesAndFunctions: Set<Substring> = [
        "func", "struct", "enum", "class", "protocol", "typealias", "actor", "macro",
    ]
    private static let properties: Set<Substring> = ["var", "let"]
    /// Requirements of protocols, which say all there is to say.
    private static let known = [
        "description", "debugDescription", "hash(into", "==", "<", "+", "-", "*", "/", "next()", "encode(to",
        "withBytes",
    ]
    /// Public properties without a comment, per module. The numbers may only fall: who adds a property documents it, and
    /// who documents an old one lowers the number.
    private static let undocumentedProperties = [
        "Sources/YAML": 0, "Sources/Overlay": 16, "Sources/Gossip": 53, "Sources/Biscuit": 4, "Sources/Inference": 112,
    ]

    @Test func typesAndFunctionsAreDocumented() {
        for place in Self.undocumentedProperties.keys.sorted().flatMap({
            Self.undocumented(Self.typesAndFunctions, in: $0)
        }) {
            Issue.record("\(place) is public without `///` above that says what it is")
        }
    }

    @Test func newPropertiesAreDocumented() {
        for (module, most) in Self.undocumentedProperties.sorted(by: { $0.key < $1.key }) {
            let found = Self.undocumented(Self.properties, in: module)
            guard found.count > most else { continue }
            Issue.record(
                "\(module) has \(found.count) public properties without `///`, and had \(most): \(found.joined(separator: ", "))"
            )
        }
    }

    private static func undocumented(_ kinds: Set<Substring>, in module: String) -> [String] {
        SourceTree.swift.filter { $0.isIn([module]) }.flatMap { file in
            file.code.indices
                .filter { needsDocumentation(file.code[$0], kinds) && !isDocumented($0, in: file) }
                .map(file.place)
        }
    }

    /// Initializers that only take the stored properties need no words; those that throw, fail or demand say so.
    private static func needsDocumentation(_ line: Substring, _ kinds: Set<Substring>) -> Bool {
        guard line.contains("public ") else { return false }
        let words = line.split(separator: " ")
        guard words.contains("public"), let kind = words.firstIndex(where: kinds.contains), kind + 1 < words.count
        else { return false }
        let name = words[kind + 1]
        return !known.contains { name.hasPrefix($0) }
    }

    private static func isDocumented(_ index: Int, in file: SwiftFile) -> Bool {
        var above = index - 1
        while above >= 0 {
            let line = file.lines[above].drop { $0 == " " }
            if line.hasPrefix("///") { return true }
            guard line.hasPrefix("@") || line.hasPrefix("#") else { return false }
            above -= 1
        }
        return false
    }
}
