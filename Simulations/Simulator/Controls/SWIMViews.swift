/// What every node thinks of every other: one word for each pair.
struct SWIMViews: Sendable {
    enum State: UInt32, Sendable {
        case unknown
        case alive
        case suspect
        case dead
    }

    /// A state of a certain incarnation; of two, the one that overrides is the later one in SWIM's order.
    struct View: Hashable, Sendable {
        let word: UInt32

        init(_ state: State, _ incarnation: UInt32) { word = incarnation << 2 | state.rawValue }
        fileprivate init(word: UInt32) { self.word = word }

        static let unknown = View(.unknown, 0)

        var state: State { State(rawValue: word & 3) ?? .unknown }
        var incarnation: UInt32 { word >> 2 }

        /// Alive overrides of a higher incarnation only; suspect and dead of the same one, too (SWIM, section 4.2).
        func overrides(_ other: View) -> Bool {
            if other.state == .unknown { return state != .unknown }
            return incarnation > other.incarnation
                || incarnation == other.incarnation && state.rawValue > other.state.rawValue
        }
    }

    private let count: Int
    private var words: [UInt32]

    init(count: Int) {
        self.count = count
        words = Array(repeating: 0, count: count * count)
    }

    subscript(node: Int, member: Int) -> View {
        get { View(word: words[node * count + member]) }
        set { words[node * count + member] = newValue.word }
    }

    mutating func clear(_ node: Int) {
        for place in node * count..<(node + 1) * count { words[place] = 0 }
    }

    mutating func copy(from node: Int, to other: Int) {
        for member in 0..<count { words[other * count + member] = words[node * count + member] }
    }
}
