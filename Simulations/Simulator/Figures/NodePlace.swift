/// Where a node is on the map of a run, and how it stood at the end.
public struct NodePlace: Hashable, Sendable {
    public var node: NodeIndex
    /// Thousandths of the map's width and height.
    public var x: UInt16
    public var y: UInt16
    public var region: UInt8
    /// Links at the end; zero for nodes that do not run.
    public var links: UInt16
    public var isMalicious: Bool

    public init(node: NodeIndex, x: UInt16, y: UInt16, region: UInt8, links: UInt16, isMalicious: Bool) {
        self.node = node
        self.x = x
        self.y = y
        self.region = region
        self.links = links
        self.isMalicious = isMalicious
    }
}
