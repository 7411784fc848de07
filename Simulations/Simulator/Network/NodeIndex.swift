/// A node's number in its world. Numbers stay when others are left out, so that draws stay too.
public struct NodeIndex: Hashable, Comparable, Sendable {
    public let number: UInt32

    public init(_ number: Int) {
        self.number = UInt32(number)
    }

    var offset: Int { Int(number) }

    public static func < (left: NodeIndex, right: NodeIndex) -> Bool { left.number < right.number }
}

extension NodeIndex: CustomStringConvertible {
    public var description: String { "\(number)" }
}
