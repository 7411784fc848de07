import Gossip
import Inference
import Overlay

/// How nodes begin and end.
extension Shard {
    /// The process starts, for the first time or again, with what its files have.
    mutating func start(_ node: NodeIndex) {
        guard !self[node].isRunning else { return }
        if self[node].starts > 0 { renewCore(of: node) }
        self[node].starts += 1
        self[node].life = .running
        self[node].trace.note(.started, at: now, content: UInt64(self[node].starts))
        observe(.started, at: node)
        let addresses = setup.isTranslated(node) ? AddressPlan.inner(of: node) : AddressPlan.addresses(of: node)
        if setup.plan.fidelity == .real { openEndpoint(of: node) }
        let contacts = self[node].disk.newest
        enter(node) { peer, now, outbox in
            peer.setAddresses(addresses, at: now, into: &outbox)
            if !contacts.isEmpty { peer.resume(contacts, at: now, into: &outbox) }
        }
        publish(self[node].version, by: node)
        guard setup.mortals.contains(node) else { return }
        schedule(.save(life: self[node].starts), for: node, at: now + Disk.interval, by: node)
    }

    /// A process that starts again knows nothing but its files.
    private mutating func renewCore(of node: NodeIndex) {
        let moment = moment(of: node)
        do {
            self[node].peer = try setup.factory.peer(of: node, life: self[node].starts, at: moment)
        } catch {
            observe(.violation(Violation(.codec, at: now, node: node, error.description)), at: node)
        }
    }

    private mutating func openEndpoint(of node: NodeIndex) {
        let subject = UInt64(node.number) << 32 | UInt64(self[node].starts)
        let random = RandomSource(seed: setup.draws.bytes(RandomSource.seedLength, .session, of: ~subject))
        self[node].endpoint = DatagramEndpoint(
            identity: setup.factory.identity(of: node), mesh: setup.factory.meshID.bytes, random: random,
            at: moment(of: node).instant)
    }

    /// Announces services; version 0 are those of the plan, each other one differs from those before.
    private mutating func publish(_ version: Int, by node: NodeIndex) {
        let plan = setup.plan
        guard setup.population.isPublisher(node),
            let offers = try? NodeFactory.offers(plan.servicesPerPublisher, version: version, of: node)
        else { return }
        publish(offers, by: node)
    }

    mutating func publish(_ offers: [ServiceOffer], by node: NodeIndex) {
        guard self[node].isRunning else { return }
        enter(node) { peer, now, outbox in peer.publish(offers, at: now, into: &outbox) }
    }

    /// The users of a publisher change what it offers.
    mutating func update(_ node: NodeIndex) {
        guard self[node].isRunning else { return }
        self[node].version += 1
        publish(self[node].version, by: node)
    }

    mutating func save(_ node: NodeIndex) {
        guard self[node].isRunning else { return }
        write(node)
        schedule(.save(life: self[node].starts), for: node, at: now + Disk.interval, by: node)
    }

    private mutating func write(_ node: NodeIndex) {
        let contacts = self[node].peer.keptContacts(limit: Disk.contacts).map(\.bytes)
        self[node].disk.write(contacts)
    }

    // MARK: Ends

    /// The machine is gone, without a word to anybody.
    mutating func crash(_ node: NodeIndex, disk: PlannedFault.Disk) {
        guard has(node), self[node].isRunning else { return }
        for end in self[node].ends { ends.remove(end) }
        stop(node, life: .crashed)
        self[node].disk.fail(disk)
    }

    /// Withdraws what it announced and says goodbye.
    mutating func leave(_ node: NodeIndex) {
        guard has(node), self[node].isRunning else { return }
        write(node)
        enter(node) { peer, now, outbox in peer.leave(at: now, into: &outbox) }
        enter(node) { peer, _, outbox in peer.sayGoodbye(into: &outbox) }
        schedule(.gone, for: node, at: now + RealTimes.goodbye, by: node)
    }

    /// The process of a node that has said goodbye ends.
    mutating func end(_ node: NodeIndex) {
        guard self[node].isRunning else { return }
        for end in self[node].ends {
            transmit(.end, on: end)
            ends.remove(end)
        }
        stop(node, life: .off)
    }

    private mutating func stop(_ node: NodeIndex, life: SimulatedNode.Life) {
        self[node].life = life
        self[node].forgetProcess()
        self[node].trace.note(.stopped, at: now, content: 0)
        observe(.stopped, at: node)
    }
}
