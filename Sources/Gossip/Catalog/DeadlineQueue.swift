import Overlay

/// A binary heap of what ends when, by wall time. Entries that were overtaken stay in it until they come to the top or
/// outnumber the others; the owner tells which still count.
struct DeadlineQueue: Sendable {
    struct Item: Comparable, Sendable {
        let deadline: WallTime
        let ref: EntryRef

        static func < (left: Item, right: Item) -> Bool {
            (left.deadline.milliseconds, left.ref.index) < (right.deadline.milliseconds, right.ref.index)
        }
    }

    private var heap: [Item] = []

    var count: Int { heap.count }
    var first: Item? { heap.first }

    mutating func insert(_ item: Item) {
        heap.append(item)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() {
        guard let last = heap.popLast(), !heap.isEmpty else { return }
        heap[0] = last
        sink(from: 0)
    }

    /// Keeps only the items that still count, each once; called when overtaken ones may outnumber them.
    mutating func compact(where counts: (Item) -> Bool) {
        var kept: [Item] = []
        for item in heap.sorted() where counts(item) && kept.last != item { kept.append(item) }
        heap = kept
    }

    private mutating func sink(from start: Int) {
        var parent = start
        while true {
            var smallest = parent
            for child in (2 * parent + 1)...(2 * parent + 2) where child < heap.count && heap[child] < heap[smallest] {
                smallest = child
            }
            guard smallest != parent else { return }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
