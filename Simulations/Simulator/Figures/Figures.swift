/// Named results of a run, in the order in which they were set. Times are in milliseconds, shares in percent.
public struct Figures: Hashable, Sendable {
    public struct Figure: Hashable, Sendable {
        public let name: String
        public let value: Double
    }

    public private(set) var all: [Figure] = []

    public init() {}

    /// Nil when the run has no such figure.
    public subscript(name: String) -> Double? {
        get { all.first { $0.name == name }?.value }
        set {
            let place = all.firstIndex { $0.name == name }
            guard let newValue else {
                if let place { all.remove(at: place) }
                return
            }
            let figure = Figure(name: name, value: newValue)
            if let place { all[place] = figure } else { all.append(figure) }
        }
    }
}
