import Gossip
import Overlay

/// What a host tells a caller of how busy a service is: the requests of others that run, and how many run at once at most.
///
/// The caller's own requests are left out, because it knows of them before the host does; so the requests of the only
/// caller change nothing that it has to be told.
///
/// Wire form: type (1) ‖ name's length (1) ‖ name ‖ running (2) ‖ slots (2), 0 for no limit.
public struct ServiceLoad: Hashable, Sendable {
    /// One of the host's own.
    public var service: ServiceName
    /// Requests of others than the one who is told.
    public var running: UInt16
    /// Requests that the host lets run at once; nil when nobody said how many the backend takes.
    public var slots: UInt16?

    public init(service: ServiceName, running: UInt16, slots: UInt16?) {
        self.service = service
        self.running = running
        self.slots = slots
    }

    func encode(into bytes: inout Bytes) {
        bytes.writeInteger(service.type.rawValue)
        let name = Array(service.name.utf8)
        bytes.writeInteger(UInt8(clamping: name.count))
        bytes.writeBytes(name)
        bytes.writeInteger(running)
        bytes.writeInteger(slots ?? 0)
    }

    /// Nil when bytes are missing, or the service has no valid name.
    init?(decoding bytes: inout Bytes) {
        guard let typeCode = bytes.readInteger(as: UInt8.self), let type = ServiceType(rawValue: typeCode),
            let length = bytes.readInteger(as: UInt8.self), let text = bytes.readBytes(length: Int(length)),
            let service = ServiceName(type: type, name: String(decoding: text, as: UTF8.self)),
            let running = bytes.readInteger(as: UInt16.self), let slots = bytes.readInteger(as: UInt16.self)
        else { return nil }
        self.init(service: service, running: running, slots: slots == 0 ? nil : slots)
    }
}
