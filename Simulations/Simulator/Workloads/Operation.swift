import Overlay

/// Something that a user of a world does at one moment.
public struct Operation: Hashable, Sendable {
    public let time: VirtualTime
    /// Who does it. Whether it runs at that moment is for the world to see.
    public let node: NodeIndex
    public let kind: Workload.Kind
    /// Which of the plan's workloads it belongs to.
    public let workload: Int
    /// Its turn in its workload, from zero; turns of absent nodes are counted too.
    public let turn: UInt64
}
