import Gossip
import Inference
import Overlay

/// Looks at all nodes at one moment, between events.
extension World {
    /// Searches that are judged; each begins with copies of everybody's routing.
    private static let judgedSearches = 64

    /// Honest nodes that run, by number.
    var honestNodes: [NodeIndex] {
        (0..<plan.nodes).lazy.map { NodeIndex($0) }.filter { isRunning($0) && !isMalicious($0) }
    }

    /// A node of this world.
    /// - Precondition: the plan has it.
    func node(_ node: NodeIndex) -> SimulatedNode { shards[setup.shard(of: node)][node] }

    /// Who counts whom as a neighbour.
    var linkGraph: LinkGraph {
        LinkGraph(honestNodes) { index in
            node(index).peer.mesh.neighborIDs.compactMap { setup.numbers[$0] }
        }
    }

    /// Whether catalogs list what honest nodes list as their own; of many nodes some are looked at.
    var convergence: ConvergedCatalogs {
        let honest = honestNodes
        var truth = CatalogImage()
        for publisher in honest {
            guard let own = node(publisher).peer.mesh.catalog[setup.ids[publisher.offset]] else { continue }
            truth.add(publisher, digest: EntryLedger.digest(of: own.bytes))
        }
        return ConvergedCatalogs(NodeSample.draw(from: honest, draws: setup.draws), truth: truth) { image(at: $0) }
    }

    /// Whether 999 of 1,000 entries of live publishers are listed as their publishers list them, over the same nodes.
    var isNearlyConverged: Bool {
        let honest = honestNodes
        var truth: [(publisher: PeerID, sequence: UInt64)] = []
        for publisher in honest {
            let id = setup.ids[publisher.offset]
            if let own = node(publisher).peer.mesh.catalog[id] { truth.append((id, own.sequence)) }
        }
        let nodes = NodeSample.draw(from: honest, draws: setup.draws)
        let right = nodes.reduce(0) { sum, node in
            let catalog = self.node(node).peer.mesh.catalog
            return sum + truth.count { catalog[$0.publisher]?.sequence == $0.sequence }
        }
        return right * 1_000 >= nodes.count * truth.count * 999
    }

    /// What a node lists; not what malicious nodes say of themselves.
    private func image(at index: NodeIndex) -> CatalogImage {
        var image = CatalogImage()
        for entry in node(index).peer.mesh.catalog.entries {
            guard let publisher = setup.numbers[entry.peer], !isMalicious(publisher) else { continue }
            image.add(publisher, digest: EntryLedger.digest(of: entry.bytes))
        }
        return image
    }

    // MARK: Routing

    /// Compares what tables and searches give with who is really closest, among all nodes that run and can be connected to.
    mutating func judgeRouting() {
        let running = nodes.filter { $0.isRunning && !setup.isTranslated($0.index) }
        let closeness = Closeness(running.map { (NodeKey($0.peer.id), $0.index) })
        let honest = honestNodes.filter { !setup.isTranslated($0) }
        for node in NodeSample.draw(from: honest, draws: setup.draws) { judgeTable(of: node, closeness) }
        guard running.count > 1 else { return }
        let probe = LookupProbe(running, at: now)
        let starts = NodeSample.draw(from: honest, most: Self.judgedSearches, draws: setup.draws, round: 1)
        for (place, node) in running.enumerated() where starts.contains(node.index) {
            judgeSearch(from: place, among: running, probe, closeness)
        }
    }

    private mutating func judgeTable(of node: NodeIndex, _ closeness: Closeness) {
        let asked = closeness.closest(to: NodeKey(setup.ids[node.offset]), except: node)
        guard !asked.isEmpty else { return }
        let members = Set(self.node(node).tableMembers(setup.numbers))
        let known = asked.count { members.contains($0) }
        withShard(of: node) { $0.witness.observations.tableJudged(known: known, of: asked.count) }
    }

    private mutating func judgeSearch(
        from start: Int, among running: [SimulatedNode], _ probe: LookupProbe, _ closeness: Closeness
    ) {
        let node = running[start].index
        let drawn = Int(setup.draws.below(UInt64(running.count - 1), .probe, of: UInt64(node.number), .max))
        let target = drawn < start ? drawn : drawn + 1
        guard let result = probe.search(target, from: start) else { return }
        let wanted = setup.peerSettings.kademlia.lookup.wanted
        let truth = closeness.closest(wanted, to: NodeKey(running[target].peer.id), except: node)
        let isExact = result.closest.prefix(wanted).map { setup.numbers[$0.peer] } == truth
        withShard(of: node) { $0.witness.observations.lookupJudged(by: node, isExact: isExact) }
    }
}
