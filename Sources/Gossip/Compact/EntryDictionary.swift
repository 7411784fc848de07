import Overlay

/// Bytes that both ends of a link know by a number, so that what an entry has in common with them does not have to travel: a
/// preset dictionary of zlib.
///
/// A dictionary never changes. One with other bytes is a further case with a number of its own, that nodes learn of from each
/// other's admissions; whoever does not know it gets entries as they are.
public enum EntryDictionary: UInt8, CaseIterable, Hashable, Sendable {
    case first = 1

    /// The part that is the same in all meshes.
    package var fixedBytes: [UInt8] {
        switch self {
        case .first: Self.firstBytes
        }
    }

    /// What zlib is given. The end is the beginning of every live entry of the mesh, up to the key of its node.
    package func bytes(of mesh: MeshID) -> [UInt8] {
        fixedBytes + [EntryHeader.version, EntryHeader.Kind.live.rawValue] + mesh.bytes.array
    }

    /// The compact form of an entry.
    /// - Returns: nil when nothing would be gained.
    package func deflate(_ entry: [UInt8], of mesh: MeshID) -> [UInt8]? {
        // In a message the number of the dictionary is one byte more.
        Zlib.deflate(entry, dictionary: bytes(of: mesh), limit: entry.count - 2)
    }

    /// The entry that a compact form stands for.
    /// - Parameter limit: the most bytes that it may have.
    package func inflate(_ compact: [UInt8], of mesh: MeshID, limit: Int) throws(CompactRefusal) -> [UInt8] {
        let entry: [UInt8]
        do {
            entry = try Zlib.inflate(compact, dictionary: bytes(of: mesh), limit: limit)
        } catch {
            throw CompactRefusal(error)
        }
        guard compact.count < entry.count else { throw .notShorter }
        return entry
    }
}

/// Why a compact form was not taken. No honest node sends such a one: it knows which dictionaries its neighbour has, and
/// whatever it passes on it has inflated itself.
public enum CompactRefusal: Error, Hashable, Sendable {
    /// Made with a dictionary of this number, which the node does not know.
    case unknownDictionary(UInt8)
    /// It ends early.
    case truncated
    /// Not of the format, made with other bytes than those of its dictionary, or with a wrong checksum.
    case corrupt
    /// Something is left behind its end.
    case trailingBytes
    /// It stands for more bytes than an entry may have, or than a message may hold.
    case tooLong
    /// It is not shorter than what it stands for. Passed on to all nodes, it would make a small entry a large one.
    case notShorter

    init(_ error: InflationError) {
        self =
            switch error {
            case .truncated: .truncated
            case .corrupt: .corrupt
            case .trailingBytes: .trailingBytes
            case .tooLong: .tooLong
            }
    }
}
