/// One service of one node, as the catalog describes it.
public struct ServiceOffer: Hashable, Sendable {
    /// Bytes of a summary. Higher: less room for models in an entry. 512 holds a paragraph.
    public static let maximumSummaryLength = 512
    /// Bytes of a model's name; the longest that Hugging Face and OpenRouter allow are below 130.
    public static let maximumModelLength = 255
    /// Models of one service. A proxy of OpenRouter has about 400; the size of an entry ends the list before this does
    /// unless the names are very short.
    public static let modelCapacity = 1_024

    public let name: ServiceName
    /// For people: what it is. Lines are allowed, other control characters are not.
    public let summary: String
    /// In ascending order of their bytes, each once. Empty for services that have none.
    public let models: [String]
    public let labels: LabelSet
    public let limits: ServiceLimits

    /// Sorts `models` and removes what is there twice.
    /// - Throws: ``InvalidOffer`` saying which bound is broken.
    public init(
        name: ServiceName, summary: String = "", models: [String] = [], labels: LabelSet = .empty,
        limits: ServiceLimits = .unstated
    ) throws(InvalidOffer) {
        let sorted = models.sorted { $0.utf8Precedes($1) }
        var unique: [String] = []
        unique.reserveCapacity(sorted.count)
        for model in sorted where unique.last.map({ $0.utf8Precedes(model) }) ?? true { unique.append(model) }
        try self.init(ordered: unique, name: name, summary: summary, labels: labels, limits: limits)
    }

    /// Takes models that are in order already and no others, as entries on the wire must be.
    init(
        ordered models: [String], name: ServiceName, summary: String, labels: LabelSet, limits: ServiceLimits
    ) throws(InvalidOffer) {
        guard Self.isValidSummary(summary.utf8) else { throw .summary }
        guard models.count <= Self.modelCapacity else { throw .modelCount(models.count) }
        for model in models where !Self.isValidModel(model.utf8) { throw .model(model) }
        guard models.isStrictlyAscending(by: { $0.utf8Precedes($1) }) else { throw .modelOrder }
        self.name = name
        self.summary = summary
        self.models = models
        self.labels = labels
        self.limits = limits
    }

    private static func isValidSummary(_ summary: some Collection<UInt8>) -> Bool {
        summary.count <= maximumSummaryLength
            && !summary.contains { $0.isControlCharacter && $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\t") }
    }

    private static func isValidModel(_ model: some Collection<UInt8>) -> Bool {
        (1...maximumModelLength).contains(model.count) && !model.contains(where: \.isControlCharacter)
    }
}

/// Why a service cannot be offered.
public enum InvalidOffer: Error, Hashable, Sendable {
    /// The summary is longer than ``ServiceOffer/maximumSummaryLength`` or holds control characters.
    case summary
    /// More models than ``ServiceOffer/modelCapacity``.
    case modelCount(Int)
    /// A model's name that is empty, too long or holds control characters.
    case model(String)
    /// On the wire only: models out of order or repeated.
    case modelOrder
}
