import Inference
import Logging
import Overlay
import ServiceLifecycle
import Transport

/// The node as a service: joins the mesh, serves callers, remembers its contacts, and leaves in good order.
struct NodeService: Service {
    let node: Node
    let handler: BackendProxy
    let contacts: ContactStore
    let revocations: RevocationStore
    let logger: Logger

    func run() async throws {
        await node.learn(contacts.load())
        await node.start()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await node.serve(with: handler) }
            group.addTask { await keepContacts() }
            group.addTask { await revocations.keep() }
            group.addTask { await revocations.watchTheAuthority() }
            try? await gracefulShutdown()
            // Before the links end: peers that leave at the same time do not answer any more.
            await saveContacts()
            await revocations.save()
            await node.stop(drainingAtMost: RunSettings.drainLimit)
            group.cancelAll()
        }
    }

    /// Writes the known contacts soon after the start, then less and less often: a young node learns the most.
    private func keepContacts() async {
        var pause = RunSettings.firstContactsPause
        while (try? await Task.sleep(for: pause)) != nil {
            await saveContacts()
            pause = min(pause * 2, RunSettings.contactsInterval)
        }
    }

    private func saveContacts() async {
        let known = await node.knownContacts()
        // A node that is cut off for a while must not forget whom it knew.
        guard !known.isEmpty else { return }
        do throws(DataDirectoryError) {
            try contacts.save(known)
        } catch {
            logger.warning("the known contacts could not be written: \(error)")
        }
    }
}
