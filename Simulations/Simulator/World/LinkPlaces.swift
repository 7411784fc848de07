import Inference
import Overlay

/// Which end of a wire each link of a node is. Links are few and numbered in the order in which they come, so a sorted list
/// is searched quicker than a dictionary.
struct LinkPlaces: Sendable {
    private var numbers: [UInt64] = []
    private var ends: [EndRef] = []

    var count: Int { numbers.count }

    /// Nil when the core has no such link.
    subscript(link: LinkID) -> EndRef? {
        place(of: link).map { ends[$0] }
    }

    /// - Precondition: no link with a higher number was added before.
    mutating func append(_ link: LinkID, _ end: EndRef) {
        precondition(numbers.last.map { $0 < link.number } ?? true, "links are added in the order of their numbers")
        numbers.append(link.number)
        ends.append(end)
    }

    mutating func remove(_ link: LinkID) {
        guard let place = place(of: link) else { return }
        numbers.remove(at: place)
        ends.remove(at: place)
    }

    private func place(of link: LinkID) -> Int? {
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < link.number { low = middle + 1 } else { high = middle }
        }
        return low < numbers.count && numbers[low] == link.number ? low : nil
    }
}
