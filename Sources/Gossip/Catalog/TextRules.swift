extension UInt8 {
    /// `A-Z a-z 0-9 _ -`.
    var isNameCharacter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Bytes that could move the cursor of a terminal which shows them, in any encoding of ASCII.
    var isControlCharacter: Bool { self < 0x20 || self == 0x7F }
}

extension String {
    /// Order by UTF-8 bytes. The standard library's order of strings depends on its Unicode version, which two nodes
    /// need not share.
    func utf8Precedes(_ other: String) -> Bool {
        utf8.lexicographicallyPrecedes(other.utf8)
    }
}

extension Array {
    /// True when each element comes before the next, which also says that none is there twice.
    func isStrictlyAscending(by precedes: (Element, Element) -> Bool) -> Bool {
        zip(self, dropFirst()).allSatisfy(precedes)
    }

    /// Index of the first element for which `belongsAfter` is true, in an array where all such come last.
    func partitionPoint(where belongsAfter: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = low + (high - low) / 2
            if belongsAfter(self[middle]) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low
    }
}
