extension FuzzTarget {
    /// Every target of the libraries, in the order of the layers.
    /// - Throws: never; the samples are made by the encoders of values that are fixed.
    package static func all() throws -> [FuzzTarget] {
        let samples = try Samples()
        return try text(samples) + multiformats(samples) + identities(samples) + libp2p(samples) + kademlia(samples)
            + discovery(samples) + gossip(samples) + inference(samples) + tokens(samples)
            + conversations(samples)
    }
}
