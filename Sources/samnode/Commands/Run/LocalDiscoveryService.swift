import Logging
import Overlay
import ServiceLifecycle
import Transport

/// Looks for nodes of the mesh on the local network while the node runs, and says goodbye at its end.
struct LocalDiscoveryService: Service {
    let discovery: LocalDiscovery
    /// Nil when the node does not look.
    let network: LocalNetwork?
    let logger: Logger

    func run() async throws {
        if let network {
            let count = await discovery.start(on: network.interfaces, announcing: network.addresses)
            if count > 0 {
                let places = network.interfaces.map(\.description).joined(separator: ", ")
                logger.info("looks for nodes of the mesh on the local network (\(places)); --no-mdns turns it off")
            }
        }
        // It ends with the group, however that ends.
        try? await gracefulShutdown()
        await discovery.stop()
    }
}
