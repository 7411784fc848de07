/// The systems that a scenario may be compared with.
public enum ScenarioOpponents {
    /// As scenario files write them.
    public static let names = ["plain-kademlia", "gossipsub-1.1", "flooding", "swim"]
}
