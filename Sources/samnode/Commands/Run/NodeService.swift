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
    let logger: Logger

    func run() async throws {
        await node.learn(contacts.load())
        await node.start()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await node.serve(with: handler) }
            group.addTask { await keepContacts() }
            try? await gracefulShutdown()
            await node.stop(drainingAtMost: RunSettings.drainLimit)
            group.cancelAll()
        }
    }

    /// Writes the known contacts now and then, and once at the end.
    private func keepContacts() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: RunSettings.contactsInterval)
            let known = await node.knownContacts()
            // A node that is cut off for a while must not forget whom it knew.
            guard !known.isEmpty else { continue }
            do throws(DataDirectoryError) {
                try contacts.save(known)
            } catch {
                logger.warning("the known contacts could not be written: \(error)")
            }
        }
    }
}
