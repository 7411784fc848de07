import Overlay

/// Makes catalog entries as the format says, with whatever an adversary wants in them, signed by its own key.
///
/// It writes the bytes itself: what the product's own writer refuses to make is the point of it.
struct EntryForge: Sendable {
    /// What a forged entry claims. The defaults make one that honest nodes accept.
    struct Claim: Sendable {
        var mesh: Bytes32
        /// Whose entry it says it is.
        var key: Bytes32
        var sequence: UInt64
        var issuedAt: WallTime
        var timeToLive = TimeSpan.hours(1)
        /// The name of the one service that it lists.
        var service = "forged"
        /// Names of models, in ascending order.
        var models = ["forged-model"]
        /// More services announced than written.
        var announcedServices: UInt8 = 1
    }

    private static let domain = Array("sam catalog entry v1\0".utf8)
    private static let version: UInt8 = 1
    private static let live: UInt8 = 1
    private static let inference: UInt8 = 2
    /// Where the publisher's key stands: behind version, kind and mesh.
    private static let keyOffset = 34
    private static let headerLength = 86

    private let identity: Identity

    init(identity: Identity) {
        self.identity = identity
    }

    /// The publisher that an entry names; nil when the bytes are too few.
    static func publisher(of entry: [UInt8]) -> Bytes32? {
        Bytes32(Array(entry.dropFirst(keyOffset).prefix(Bytes32.count)))
    }

    /// The bytes of an entry with a signature of this forge's own key.
    func entry(_ claim: Claim) -> [UInt8] {
        var writer = Writer(reserving: 512)
        writer.uint8(Self.version)
        writer.uint8(Self.live)
        writer.bytes32(claim.mesh)
        writer.bytes32(claim.key)
        writer.uint64(claim.sequence)
        writer.uint64(claim.issuedAt.milliseconds)
        writer.uint32(UInt32(clamping: claim.timeToLive.seconds))
        Self.write(claim, to: &writer)
        return writer.array + identity.sign(Self.domain + writer.array)
    }

    /// An entry with the header of `entry`, sequence number included, that lists something else; nil unless it is a live
    /// entry.
    func twin(of entry: [UInt8]) -> [UInt8]? {
        var reader = Reader(Array(entry.prefix(Self.headerLength)))
        guard let version = try? reader.uint8(), version == Self.version, let kind = try? reader.uint8(),
            kind == Self.live, let mesh = try? reader.bytes32(), let key = try? reader.bytes32(),
            let sequence = try? reader.uint64(), let issuedAt = try? reader.uint64(),
            let seconds = try? reader.uint32()
        else { return nil }
        return self.entry(
            Claim(
                mesh: mesh, key: key, sequence: sequence, issuedAt: WallTime(milliseconds: issuedAt),
                timeToLive: .seconds(UInt64(seconds)), service: "twin"))
    }

    /// No token digest, no relays, no labels, one service without labels and limits.
    private static func write(_ claim: Claim, to writer: inout Writer) {
        for absent: UInt8 in [0, 0, 0] { writer.uint8(absent) }
        writer.uint8(claim.announcedServices)
        writer.uint8(inference)
        writer.text(claim.service)
        writer.text("")
        writer.uint8(0)
        for limit: UInt32 in [0, 0, 0] { writer.uint32(limit) }
        writer.uint16(UInt16(clamping: claim.models.count))
        for model in claim.models { writer.text(model) }
    }
}
