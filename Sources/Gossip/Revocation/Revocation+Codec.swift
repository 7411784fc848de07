import Overlay

// Version 1. Integers are big-endian.
//
//   version u8 = 1, kind u8 (1 block, 2 peer), mesh [32], root key [32], number u64, floor u64, issued-at u64 (ms),
//   end u64 (ms), subject length u8 and subject
//   signature [64], Ed25519 over "sam revocation v1" 0x00 and all bytes before it
extension Revocation {
    fileprivate static let domain = Array("sam revocation v1\0".utf8)
    fileprivate static let version: UInt8 = 1
    private static let signatureLength = Ed25519.signatureLength
    /// Bytes of the longest one.
    public static let longest = 99 + subjectLengths.upperBound + Ed25519.signatureLength

    fileprivate enum Kind: UInt8 {
        case block = 1
        case peer = 2
    }

    /// Reads one; says nothing about the signature.
    /// - Throws: ``RevocationRefusal/malformed``
    public init(decoding bytes: [UInt8]) throws(RevocationRefusal) {
        guard bytes.count <= Self.longest, let contents = try? Self.contents(of: bytes), contents.isConsistent else {
            throw .malformed
        }
        self.init(contents: contents, bytes: bytes)
    }

    private static func contents(of bytes: [UInt8]) throws -> Contents {
        let end = bytes.count - signatureLength
        guard end > 0 else { throw WireError.truncated }
        var reader = Reader(Array(bytes[..<end]))
        guard try reader.uint8() == version, let kind = Kind(rawValue: try reader.uint8()) else {
            throw RevocationRefusal.malformed
        }
        let mesh = MeshID(bytes: try reader.bytes32())
        let root = PublicKey(bytes: try reader.bytes32())
        let (number, floor) = (try reader.uint64(), try reader.uint64())
        let issuedAt = WallTime(milliseconds: try reader.uint64())
        let ending = WallTime(milliseconds: try reader.uint64())
        let subject = try reader.array(Int(reader.uint8()))
        try reader.end()
        return Contents(
            try Subject(kind, subject), mesh: mesh, root: root, number: number, floor: floor, issuedAt: issuedAt,
            end: ending)
    }

    /// Whether the root named in it signed these bytes.
    public var hasValidSignature: Bool {
        let split = bytes.count - Self.signatureLength
        guard split > 0 else { return false }
        return root.isValid(bytes[split...], for: Self.domain + bytes[..<split])
    }
}

extension Revocation.Contents {
    /// Whether a root may state this: the numbers are in order, and the subject has a possible length.
    public var isConsistent: Bool {
        guard floor >= 1, floor <= number, number < 1 << 63, number - floor < Revocation.capacity else { return false }
        switch subject {
        case .block(let id): return Revocation.subjectLengths.contains(id.count)
        case .peer: return true
        }
    }

    private var unsigned: [UInt8] {
        var writer = Writer(reserving: 256)
        writer.uint8(Revocation.version)
        writer.uint8(subject.kind.rawValue)
        writer.bytes32(mesh.bytes)
        writer.bytes32(root.bytes)
        writer.uint64(number)
        writer.uint64(floor)
        writer.uint64(issuedAt.milliseconds)
        writer.uint64(end.milliseconds)
        writer.uint8(UInt8(clamping: subject.bytes.count))
        writer.raw(subject.bytes)
        return writer.array
    }

    /// What the root signs: domain-separated, so that no signature of it for something else fits.
    public var message: [UInt8] { Revocation.domain + unsigned }

    /// The statement with its signature over ``message``.
    public func signed(_ signature: [UInt8]) -> Revocation {
        Revocation(contents: self, bytes: unsigned + signature)
    }
}

extension Revocation.Subject {
    fileprivate var kind: Revocation.Kind {
        switch self {
        case .block: .block
        case .peer: .peer
        }
    }

    fileprivate var bytes: [UInt8] {
        switch self {
        case .block(let id): id
        case .peer(let peer): peer.publicKey.bytes.array
        }
    }

    fileprivate init(_ kind: Revocation.Kind, _ bytes: [UInt8]) throws(RevocationRefusal) {
        switch kind {
        case .block: self = .block(bytes)
        case .peer:
            guard let key = PublicKey(bytes) else { throw .malformed }
            self = .peer(PeerID(key))
        }
    }
}
