import OrderedCollections
import Overlay

/// The circuits that this node relays for others: pairs of streams, and what waits between them.
///
/// A relay gives the sender new credit only when the bytes have left on the other stream, so it never holds more than
/// one stream window in each direction.
struct RelayTable {
    struct Relay {
        let number: UInt64
        /// The side that opened the circuit.
        let near: StreamKey
        /// The side towards the host.
        let far: StreamKey
        var nearFinished = false
        var farFinished = false
        /// Bytes of the opening that this node wrote itself and that have not left yet.
        var openingUnsent = CircuitOpen.length
        var bytes: UInt64 = 0
        var lastUsed: Instant
    }

    private var relays: OrderedDictionary<UInt64, Relay> = [:]
    private var nextNumber: UInt64 = 1

    var count: Int { relays.count }
    var all: OrderedDictionary<UInt64, Relay>.Values { relays.values }

    subscript(number: UInt64) -> Relay? {
        get { relays[number] }
        set { relays[number] = newValue }
    }

    mutating func insert(near: StreamKey, far: StreamKey, at now: Instant) -> UInt64 {
        let number = nextNumber
        nextNumber += 1
        relays[number] = Relay(number: number, near: near, far: far, lastUsed: now)
        return number
    }

    mutating func remove(_ number: UInt64) -> Relay? { relays.removeValue(forKey: number) }
}

extension RelayTable.Relay {
    func other(than key: StreamKey) -> StreamKey { key == near ? far : near }
}
