import Gossip

/// What a node can do beyond the first version of the protocol. It says so in the message of the verdict by which it admits a
/// peer, where older nodes have nothing and look at nothing.
struct Abilities: Hashable, Sendable {
    /// Stands before the number of a dictionary.
    private static let entries = "entries-"

    /// The dictionaries with which it inflates entries.
    var dictionaries: [EntryDictionary]

    init(dictionaries: [EntryDictionary] = []) {
        self.dictionaries = dictionaries
    }

    /// Words with spaces between them. Those that mean nothing to this node are left out.
    init(text: String) {
        let words = Set(text.split(separator: " "))
        dictionaries = EntryDictionary.allCases.filter { words.contains(Substring(Self.word($0))) }
    }

    var text: String { dictionaries.map(Self.word).joined(separator: " ") }

    private static func word(_ dictionary: EntryDictionary) -> String { entries + String(dictionary.rawValue) }
}
