import Foundation
import Inference
import Logging
import NIOPosix
import Overlay
import Transport

/// Tries the addresses of a node that does not run, as the node would: with its key and its token, so that the others say
/// what they would say to it. It offers nothing, accepts no links, and leaves when it has heard from all.
struct Trial {
    private let inputs: NodeInputs
    private let node: Node

    /// - Throws: what would end `samnode run` at its start.
    init(_ command: RunCommand) throws(ConsoleError) {
        inputs = try NodeInputs(command)
        var peer = PeerConfiguration(
            identity: inputs.identity, meshID: inputs.meshID, token: inputs.token, admission: inputs.admission,
            authorizer: inputs.authorizer, bootstraps: inputs.bootstraps)
        peer.revocations = inputs.revocations.list.all.map(\.bytes)
        let configuration = DriverConfiguration(
            peer: peer, seed: SystemRandom.bytes(RandomSource.seedLength), agent: RunSettings.agent)
        do throws(ContactRefusal) {
            node = try Node(
                configuration, on: MultiThreadedEventLoopGroup.singleton.next(),
                logger: Logger(label: "doctor", factory: { _ in SwiftLogNoOpLogHandler() }))
        } catch {
            throw ConsoleError(.software, "the node's contact cannot be made: \(error); report this as a defect")
        }
    }

    func report() async -> JoiningReport {
        await node.learn(ContactStore(inputs.directory).load())
        await node.start()
        let clock = ContinuousClock()
        let end = clock.now + .nanoseconds(Int64(clamping: DoctorSettings.trialLimit.nanoseconds))
        while clock.now < end, await !isOver() {
            do {
                try await Task.sleep(for: DoctorSettings.look)
            } catch {
                break
            }
        }
        let report = await JoiningReport(of: node, setup: NodeSetup(inputs))
        await node.stop(drainingAtMost: .zero)
        return report
    }

    /// Every address to begin with has been tried and has an answer. One link alone ends nothing: the others under way
    /// may have something to say.
    private func isOver() async -> Bool {
        let dials = await node.joining().dials
        let isAnyOpen = dials.contains { $0.outcome == .connecting || $0.outcome == .answered }
        let tried = Set(dials.map(\.address))
        return !isAnyOpen && inputs.bootstraps.allSatisfy(tried.contains)
    }
}
