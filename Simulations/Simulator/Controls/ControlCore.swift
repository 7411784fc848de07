/// The protocol of an opponent: the state of all its nodes, in arrays by node number, and what happens on each event.
protocol ControlCore: Sendable {
    /// Messages and timers of the protocol.
    associatedtype Event: Sendable

    /// The most nodes of a world, by what the state of one takes.
    static var mostNodes: Int { get }

    init(_ population: ControlPopulation)

    /// A node begins, without memory of an earlier life.
    mutating func start(_ node: Int, _ medium: inout ControlMedium<Event>)
    /// A node ends; `saysGoodbye` when it can still close its connections.
    mutating func stop(_ node: Int, saysGoodbye: Bool, _ medium: inout ControlMedium<Event>)
    /// All connections of a node are reset at both ends.
    mutating func reset(_ node: Int, _ medium: inout ControlMedium<Event>)
    /// A message arrived, or a timer of the node's own fired (`sender` is the node itself then).
    mutating func handle(_ event: Event, at node: Int, from sender: Int, _ medium: inout ControlMedium<Event>)
    /// A user does something; what a protocol knows nothing of it leaves alone.
    mutating func operate(_ operation: ControlOperation, _ medium: inout ControlMedium<Event>)

    /// Adds what only the protocol knows to a point of the series.
    mutating func fill(_ point: inout SeriesPoint, _ medium: ControlMedium<Event>)
    /// Whether all is as it has to be when nothing is wrong any more.
    func isSettled(_ medium: ControlMedium<Event>) -> Bool
    /// Figures of phase 1 that describe the world as it is at its end.
    mutating func notePhaseEnd(_ medium: ControlMedium<Event>)
    /// Writes the figures of the whole run.
    func report(into outcome: inout RunOutcome, _ medium: ControlMedium<Event>)
    /// Links of a node.
    func links(of node: Int) -> Int
}

/// One thing that a user does.
struct ControlOperation: Sendable {
    enum Kind: Sendable {
        case update
        case lookup(target: Int)
    }

    let kind: Kind
    let node: Int
}
