import Overlay

extension Fault {
    /// Cuts half of a world's nodes off from the others for a while; who is on which side is drawn.
    public static func partition(from start: TimeSpan, until end: TimeSpan, in settings: WorldSettings) -> [Fault] {
        let draws = Draws(seed: settings.seed)
        let half = Ratio(1, 2)
        let island = (0..<settings.nodes).filter { draws.happens(half, .fault, of: UInt64($0)) }.map(NodeIndex.init)
        return [
            Fault(at: .zero + start, .partition(Set(island))),
            Fault(at: .zero + end, .heal),
        ]
    }
}
