import Overlay
import Transport

extension ReachReport {
    init(_ status: ReachStatus) {
        self.init(
            role: Self.role(isServer: status.isServer), reach: status.reach.rawValue,
            reached: status.witnesses.reached, missed: status.witnesses.missed, seen: status.seen?.multiaddr.text)
    }

    static func role(isServer: Bool) -> String { isServer ? "server" : "client" }
}
