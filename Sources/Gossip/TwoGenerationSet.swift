/// A set that forgets: when the young generation is full, or the owner says so, it becomes the old one and what was old
/// is gone. Holds at least the last `capacity` and at most twice as many elements.
struct TwoGenerationSet<Element: Hashable & Sendable>: Sendable {
    private let capacity: Int
    private var young: Set<Element> = []
    private var old: Set<Element> = []

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    var count: Int { young.count + old.count }

    func contains(_ element: Element) -> Bool {
        young.contains(element) || old.contains(element)
    }

    /// False when the element was there already.
    mutating func insert(_ element: Element) -> Bool {
        guard !contains(element) else { return false }
        if young.count >= capacity { turn() }
        young.insert(element)
        return true
    }

    mutating func remove(_ element: Element) {
        young.remove(element)
        old.remove(element)
    }

    /// Begins a new generation.
    mutating func turn() {
        old = young
        young = []
    }
}
