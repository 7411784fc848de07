import Gossip
import Transport

/// What a node keeps of a catalog that is too large for it, in JSON with snake_case names.
struct PartialCatalogReport: Codable, Equatable, Sendable {
    /// Shards of which entries are kept, of so many.
    var shards: Int
    var ofShards: Int
    /// Shards of which a sample is kept.
    var sampledShards: Int
    /// Live entries that the node has heard of lately and does not keep.
    var entriesNotKept: Int

    /// For people, behind the number of entries.
    var text: String {
        let sampled = sampledShards > 0 ? ", \(sampledShards) of them sampled" : ""
        return "part of a larger one: \(shards) of \(ofShards) shards\(sampled), \(entriesNotKept) more are not kept "
            + "(samnode find searches them)"
    }
}

extension PartialCatalogReport {
    init(_ part: PartialCatalog) {
        self.init(
            shards: part.shards, ofShards: Int(ServiceShard.count), sampledShards: part.sampled,
            entriesNotKept: part.notKept)
    }
}
