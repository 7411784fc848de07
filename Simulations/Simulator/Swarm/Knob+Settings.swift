import Gossip
import Inference
import Overlay

extension Knob {
    /// Turns it. A value outside of the range counts as the end of the range that is nearer.
    func apply(to settings: inout PeerSettings) {
        let value = min(max(value, name.range.lowerBound), name.range.upperBound)
        let number = Int(value)
        let span = TimeSpan.milliseconds(value)
        switch name {
        case .activeView:
            settings.membership.wanted = number
            settings.membership.most = number + number / 2
            settings.membership.outboundReserve = number / 2
        case .comfortableLinks: settings.comfortableLinks = number
        case .mostLinks: settings.mostLinks = number
        case .mostDials: settings.mostDials = number
        case .upkeepInterval: settings.upkeepInterval = span
        case .idleLink: settings.idleLink = span
        case .firstRetry: settings.firstRetry = span
        case .longestRetry: settings.longestRetry = span
        case .announceDelay: settings.gossip.announceDelay = span
        case .announceInterval: settings.gossip.announceInterval = span
        case .entryTTL: settings.gossip.ttl = .seconds(value / 1_000)
        case .reconciliationInterval: settings.gossip.reconciliationInterval = span
        case .sessionCapacity: settings.gossip.sessionCapacity = number
        case .requestLength: settings.gossip.requestLength = number
        case .fetchCapacity: settings.gossip.fetchCapacity = number
        case .pendingCapacity: settings.gossip.pendingCapacity = number
        case .bucketSize: settings.kademlia.routing.bucketSize = number
        case .parallelism: settings.kademlia.lookup.parallelism = number
        case .questionsPerSecond: settings.kademlia.questionsPerSecond = value
        }
    }
}
