import Overlay

extension Reader {
    /// One byte that is 0 or 1.
    mutating func flag() throws -> Bool {
        switch try uint8() {
        case 0: false
        case 1: true
        case let other: throw MalformedMessage.flag(other)
        }
    }
}
