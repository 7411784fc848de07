import Gossip
import OrderedCollections
import Overlay

/// A local agent's request for the node's own service: both ends are here, and nothing is encrypted in between.
struct LocalExchange {
    let exchange: ExchangeID
    let serving: ServingID
    let service: ServiceName
    var isAnswered = false
    /// Bytes of the request that the backend has not taken.
    var request = Backpressure()
    /// Bytes of the answer that the agent has not taken.
    var answer = Backpressure()
}

/// The local exchanges under way, by either of their numbers.
struct LocalExchanges {
    private var exchanges: OrderedDictionary<ExchangeID, LocalExchange> = [:]
    private var byServing: [ServingID: ExchangeID] = [:]

    var count: Int { exchanges.count }

    func running(_ service: ServiceName) -> Int { exchanges.values.count { $0.service == service } }

    mutating func insert(_ local: LocalExchange) {
        exchanges[local.exchange] = local
        byServing[local.serving] = local.exchange
    }

    subscript(id: ExchangeID) -> LocalExchange? {
        get { exchanges[id] }
        set { exchanges[id] = newValue }
    }

    func exchange(of serving: ServingID) -> ExchangeID? { byServing[serving] }

    mutating func remove(_ id: ExchangeID) -> LocalExchange? {
        guard let local = exchanges.removeValue(forKey: id) else { return nil }
        byServing[local.serving] = nil
        return local
    }
}
