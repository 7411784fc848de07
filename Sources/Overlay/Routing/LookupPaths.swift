/// Some of the paths of a lookup.
///
/// A path hears from the peers that it has asked itself, and no peer is asked by two. So who lies can mislead the path that
/// came to him, and no other (S/Kademlia, section 4.4).
struct LookupPaths: OptionSet, Hashable, Sendable {
    /// The most paths that a lookup can have.
    static let capacity = 16

    let rawValue: UInt16

    init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// One of them.
    /// - Precondition: the number is below ``capacity``.
    init(_ path: Int) {
        precondition((0..<Self.capacity).contains(path), "path \(path)")
        rawValue = 1 << UInt16(path)
    }

    /// The first `count` paths.
    static func first(_ count: Int) -> LookupPaths {
        LookupPaths(rawValue: count >= capacity ? .max : (1 << UInt16(max(count, 0))) - 1)
    }

    /// The numbers of the paths, the lowest first.
    var numbers: Numbers { Numbers(rest: rawValue) }

    struct Numbers: Sequence, IteratorProtocol {
        fileprivate var rest: UInt16

        mutating func next() -> Int? {
            guard rest != 0 else { return nil }
            defer { rest &= rest - 1 }
            return rest.trailingZeroBitCount
        }
    }
}
