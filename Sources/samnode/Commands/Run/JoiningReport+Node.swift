import Overlay
import Transport

extension JoiningReport {
    /// What a node knows now.
    init(of node: Node, setup: NodeSetup) async {
        let status = await node.status()
        let joining = await node.joining()
        self.init(
            peer: status.peer.text, meshId: status.meshID.description, rootKeys: setup.rootKeys,
            dataDirectory: setup.dataDirectory, tokenExpiresAt: setup.tokenExpiry.milliseconds,
            revoked: status.ownRevocation?.description,
            listenAddresses: status.listening.map(\.text), bootstraps: setup.bootstraps.map(\.text),
            uptimeSeconds: status.uptime.inSeconds, links: status.links, dials: joining.dials.map(Dial.init),
            inboundLinks: joining.inboundLinks, refusedHere: joining.refusedHere.map(Words.init),
            refused: joining.refused.map(Words.init), othersAheadSeconds: joining.othersAhead?.inSeconds,
            neighboursAheadSeconds: joining.calendarLead.map { Double($0) / 1_000 },
            untimelyEntries: joining.untimelyEntries, reach: ReachReport(status.reach))
    }
}

extension JoiningReport.Words {
    fileprivate init(_ past: PastWords) {
        self.init(words: past.words, ageSeconds: past.age.inSeconds)
    }
}

extension JoiningReport.Dial {
    fileprivate init(_ dial: DialStatus) {
        let (outcome, reason) = Self.words(dial.outcome)
        self.init(
            address: dial.address.text, isBootstrap: dial.isBootstrap, attempts: dial.attempts,
            ageSeconds: dial.age.inSeconds, peer: dial.peer?.text, isLinked: dial.isLinked,
            otherMesh: dial.otherMesh?.description, outcome: outcome, reason: reason)
    }

    private static func words(_ outcome: DialOutcome) -> (Outcome, String?) {
        switch outcome {
        case .connecting: (.connecting, nil)
        case .failed(let reason): (.failed, reason)
        case .answered: (.answered, nil)
        case .admitted: (.admitted, nil)
        case .refused(let words): (.refused, words)
        case .refusedHere(let words): (.refusedHere, words)
        case .full(let words): (.full, words)
        case .leaving(let words): (.leaving, words)
        }
    }
}
