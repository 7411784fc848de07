import Overlay

// Version 1. Integers are big-endian; text is UTF-8 behind its length as a varint in the shortest form.
//
//   header      version u8 = 1, kind u8, mesh [32], public key [32], sequence u64, issued-at u64 (ms), ttl u32 (s)
//   live only   token digest: present u8 (0 or 1), then [32]
//               relays: count u8, then public key [32] each
//               labels: count u8, then key text and value text each
//               services: count u8, then each:
//                 type u8, name text, summary text, labels as above,
//                 context length u32, output tokens u32, concurrency u32 (0 = not stated),
//                 models: count u16, then name text each
//   signature   [64], Ed25519 over "sam catalog entry v1" 0x00 and all bytes before it
extension CatalogEntry {
    private static let domain = Array("sam catalog entry v1\0".utf8)
    static let signatureLength = Ed25519.signatureLength

    /// Makes and signs an entry; its size is for the caller to judge.
    static func signed(
        by identity: Identity, kind: EntryHeader.Kind, mesh: MeshID, sequence: UInt64, issuedAt: WallTime,
        ttl: TimeSpan, contents: EntryContents?
    ) -> CatalogEntry {
        let header = EntryHeader(
            kind: kind, mesh: mesh, peer: identity.peerID, sequence: sequence, issuedAt: issuedAt,
            ttl: .seconds(ttl.seconds))
        var writer = Writer(reserving: 512)
        header.write(to: &writer)
        contents?.write(to: &writer)
        writer.raw(identity.sign(domain + writer.array))
        let bytes = writer.array
        return CatalogEntry(header: header, contents: contents, bytes: bytes, digest: SHA256.hash(bytes))
    }

    /// Bytes of a live entry with these contents.
    static func length(with contents: EntryContents) -> Int {
        var writer = Writer(reserving: 512)
        contents.write(to: &writer)
        return EntryHeader.length + writer.bytes.readableBytes + signatureLength
    }

    /// Whether the peer named in the header signed these bytes.
    var hasValidSignature: Bool {
        let split = bytes.count - Self.signatureLength
        guard split > 0 else { return false }
        return peer.publicKey.isValid(bytes[split...], for: Self.domain + bytes[..<split])
    }

    /// Reads the part behind a header that has been read; says nothing about the signature.
    /// - Parameters:
    ///   - digest: SHA-256 of `bytes`.
    ///   - form: how the entry came.
    /// - Throws: ``MalformedEntry`` or an error of the reader.
    init(decoding bytes: [UInt8], header: EntryHeader, digest: Bytes32, form: WireForm = .untried) throws {
        let end = bytes.count - Self.signatureLength
        guard end >= EntryHeader.length else { throw WireError.truncated }
        var reader = Reader(Array(bytes[EntryHeader.length..<end]))
        let contents = header.kind == .live ? try EntryContents(reading: &reader) : nil
        try reader.end()
        self.init(header: header, contents: contents, bytes: bytes, digest: digest, form: form)
    }
}

/// What is wrong with the bytes of an entry, apart from what a ``WireError`` says.
enum MalformedEntry: Error, Hashable, Sendable {
    /// A version that this node does not know.
    case version(UInt8)
    case kind(UInt8)
    case sequence(UInt64)
    case presence(UInt8)
    case serviceType(UInt8)
    case serviceName
    case label
    /// More labels than a set holds, out of order or repeated.
    case labels
    /// A list is longer than it may be.
    case count(Int, limit: Int)
}

extension EntryHeader {
    /// Where the public key stands: behind version, kind and mesh.
    private static let keyOffset = 34

    /// The node that an entry claims to be of, without reading the rest; nil when the bytes are too few.
    static func peer(in bytes: [UInt8]) -> PeerID? {
        PublicKey(bytes.dropFirst(keyOffset).prefix(PublicKey.length)).map(PeerID.init)
    }

    /// - Parameter digest: SHA-256 of `bytes`.
    /// - Throws: ``MalformedEntry`` or an error of the reader.
    init(decoding bytes: [UInt8]) throws {
        guard bytes.count >= Self.length + CatalogEntry.signatureLength else { throw WireError.truncated }
        var reader = Reader(Array(bytes[..<Self.length]))
        let version = try reader.uint8()
        guard version == Self.version else { throw MalformedEntry.version(version) }
        let kindCode = try reader.uint8()
        guard let kind = Kind(rawValue: kindCode) else { throw MalformedEntry.kind(kindCode) }
        let mesh = MeshID(bytes: try reader.bytes32())
        let peer = try reader.peer()
        let sequence = try reader.uint64()
        guard sequence < Self.sequenceBound else { throw MalformedEntry.sequence(sequence) }
        let issuedAt = WallTime(milliseconds: try reader.uint64())
        let ttl = TimeSpan.seconds(UInt64(try reader.uint32()))
        self.init(kind: kind, mesh: mesh, peer: peer, sequence: sequence, issuedAt: issuedAt, ttl: ttl)
    }

    fileprivate func write(to writer: inout Writer) {
        writer.uint8(Self.version)
        writer.uint8(kind.rawValue)
        writer.bytes32(mesh.bytes)
        writer.bytes32(peer.publicKey.bytes)
        writer.uint64(sequence)
        writer.uint64(issuedAt.milliseconds)
        writer.uint32(UInt32(clamping: ttl.seconds))
    }
}

extension EntryContents {
    fileprivate init(reading reader: inout Reader) throws {
        let tokenDigest = try reader.tokenDigest()
        let relays = try reader.list(count: Int(reader.uint8()), limit: Self.relayCapacity) { try $0.peer() }
        let labels = try reader.labels()
        let services = try reader.list(count: Int(reader.uint8()), limit: Self.serviceCapacity) {
            try ServiceOffer(reading: &$0)
        }
        try self.init(ordered: services, labels: labels, relays: relays, tokenDigest: tokenDigest)
    }

    fileprivate func write(to writer: inout Writer) {
        writer.uint8(tokenDigest == nil ? 0 : 1)
        if let tokenDigest { writer.bytes32(tokenDigest.bytes) }
        writer.uint8(UInt8(clamping: relays.count))
        for relay in relays { writer.bytes32(relay.publicKey.bytes) }
        labels.write(to: &writer)
        writer.uint8(UInt8(clamping: services.count))
        for service in services { service.write(to: &writer) }
    }
}

extension ServiceOffer {
    fileprivate init(reading reader: inout Reader) throws {
        let typeCode = try reader.uint8()
        guard let type = ServiceType(rawValue: typeCode) else { throw MalformedEntry.serviceType(typeCode) }
        guard let name = ServiceName(type: type, name: try reader.text(limit: ServiceName.maximumLength)) else {
            throw MalformedEntry.serviceName
        }
        let summary = try reader.text(limit: Self.maximumSummaryLength)
        let labels = try reader.labels()
        let limits = ServiceLimits(
            contextLength: try reader.uint32(), outputTokens: try reader.uint32(), concurrency: try reader.uint32())
        let models = try reader.list(count: Int(reader.uint16()), limit: Self.modelCapacity) {
            try $0.text(limit: Self.maximumModelLength)
        }
        try self.init(ordered: models, name: name, summary: summary, labels: labels, limits: limits)
    }

    fileprivate func write(to writer: inout Writer) {
        writer.uint8(name.type.rawValue)
        writer.text(name.name)
        writer.text(summary)
        labels.write(to: &writer)
        writer.uint32(limits.contextLength ?? 0)
        writer.uint32(limits.outputTokens ?? 0)
        writer.uint32(limits.concurrency ?? 0)
        writer.uint16(UInt16(clamping: models.count))
        for model in models { writer.text(model) }
    }
}

extension LabelSet {
    fileprivate func write(to writer: inout Writer) {
        writer.uint8(UInt8(clamping: labels.count))
        for label in labels {
            writer.text(label.key)
            writer.text(label.value)
        }
    }
}

extension Reader {
    fileprivate mutating func peer() throws -> PeerID {
        PeerID(PublicKey(bytes: try bytes32()))
    }

    fileprivate mutating func tokenDigest() throws -> TokenDigest? {
        switch try uint8() {
        case 0: nil
        case 1: TokenDigest(bytes: try bytes32())
        case let other: throw MalformedEntry.presence(other)
        }
    }

    fileprivate mutating func labels() throws -> LabelSet {
        let labels = try list(count: Int(uint8()), limit: LabelSet.capacity) { reader in
            let key = try reader.text(limit: Label.maximumKeyLength)
            let value = try reader.text(limit: Label.maximumValueLength)
            guard let label = Label(key: key, value: value) else { throw MalformedEntry.label }
            return label
        }
        guard let set = LabelSet(ordered: labels) else { throw MalformedEntry.labels }
        return set
    }

    /// Reads exactly `count` elements, and none when there are more than `limit`.
    fileprivate mutating func list<Element>(
        count: Int, limit: Int, element: (inout Reader) throws -> Element
    ) throws -> [Element] {
        guard count <= limit else { throw MalformedEntry.count(count, limit: limit) }
        var elements: [Element] = []
        for _ in 0..<count { elements.append(try element(&self)) }
        return elements
    }
}
