/// A request that this node makes of a host, numbered for the life of the process.
public struct ExchangeID: Hashable, Comparable, Sendable {
    public var number: UInt64

    public init(number: UInt64) {
        self.number = number
    }

    public static func < (left: ExchangeID, right: ExchangeID) -> Bool { left.number < right.number }
}

/// A request that this node serves for a caller, numbered for the life of the process.
public struct ServingID: Hashable, Comparable, Sendable {
    public var number: UInt64

    public init(number: UInt64) {
        self.number = number
    }

    public static func < (left: ServingID, right: ServingID) -> Bool { left.number < right.number }
}

/// An attempt to reach an address, numbered for the life of the process.
public struct DialID: Hashable, Comparable, Sendable {
    public var number: UInt64

    public init(number: UInt64) {
        self.number = number
    }

    public static func < (left: DialID, right: DialID) -> Bool { left.number < right.number }
}
