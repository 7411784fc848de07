import Gossip

/// What a node can do beyond the first version of the protocol. It says so in the message of the verdict by which it admits a
/// peer, where older nodes have nothing and look at nothing.
struct Abilities: Hashable, Sendable {
    /// Stands before the number of a dictionary.
    private static let entries = "entries-"
    private static let shards = "shards-1"
    private static let widePushes = "wide-1"

    var gossip: GossipAbilities

    init(_ gossip: GossipAbilities = GossipAbilities()) {
        self.gossip = gossip
    }

    /// Words with spaces between them. Those that mean nothing to this node are left out.
    init(text: String) {
        let words = Set(text.split(separator: " "))
        let dictionaries = EntryDictionary.allCases.filter { words.contains(Substring(Self.word($0))) }
        gossip = GossipAbilities(
            dictionaries: dictionaries, comparesShards: words.contains(Substring(Self.shards)),
            takesWidePushes: words.contains(Substring(Self.widePushes)))
    }

    var text: String {
        var words = gossip.dictionaries.map(Self.word)
        if gossip.comparesShards { words.append(Self.shards) }
        if gossip.takesWidePushes { words.append(Self.widePushes) }
        return words.joined(separator: " ")
    }

    private static func word(_ dictionary: EntryDictionary) -> String { entries + String(dictionary.rawValue) }
}
