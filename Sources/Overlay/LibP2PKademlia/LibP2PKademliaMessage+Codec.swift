/// The protobuf form. Fields with the value 0 are left out, as proto3 has it.
extension LibP2PKademliaMessage {
    private enum FieldNumber {
        static let kind = 1
        static let key = 2
        static let record = 3
        static let closerPeers = 8
        static let providerPeers = 9
    }

    /// One message without its length. Unknown fields are skipped, among them the signed records that py-libp2p adds;
    /// what is more than `settings` allow of peers and addresses is not read, and peers and addresses that do not parse
    /// are left out.
    public init(
        _ encoded: Bytes, settings: LibP2PKademliaSettings = LibP2PKademliaSettings()
    ) throws(WireError) {
        self.init(.putValue, key: [])
        var fields = ProtobufReader(encoded)
        while let field = try fields.next() {
            switch field.number {
            case FieldNumber.kind:
                let number = try field.varint()
                guard let known = Kind(rawValue: number) else { throw .unknownCode(number) }
                kind = known
            case FieldNumber.key: key = try field.bytes(limit: settings.keyLength).array
            case FieldNumber.record: record = try Record(field.bytes(), settings: settings)
            case FieldNumber.closerPeers: try closerPeers.add(field.bytes(), settings: settings)
            case FieldNumber.providerPeers: try providerPeers.add(field.bytes(), settings: settings)
            default: continue
            }
        }
    }

    /// One message without its length, fields in ascending order.
    public var encoded: Bytes {
        var writer = ProtobufWriter()
        if kind.rawValue != 0 { writer.varint(kind.rawValue, field: FieldNumber.kind) }
        if !key.isEmpty { writer.bytes(key, field: FieldNumber.key) }
        if let record { writer.nested(record.encoded, field: FieldNumber.record) }
        for peer in closerPeers { writer.nested(peer.encoded, field: FieldNumber.closerPeers) }
        for peer in providerPeers { writer.nested(peer.encoded, field: FieldNumber.providerPeers) }
        return writer.message
    }

    /// As it stands on a stream: behind its length.
    public var framed: Bytes {
        var writer = Writer()
        writer.delimited(encoded)
        return writer.bytes
    }
}

extension LibP2PKademliaMessage.Record {
    fileprivate init(_ encoded: Bytes, settings: LibP2PKademliaSettings) throws(WireError) {
        self.init(key: [], value: [])
        var fields = ProtobufReader(encoded)
        while let field = try fields.next() {
            switch field.number {
            case 1: key = try field.bytes(limit: settings.keyLength).array
            case 2: value = try field.bytes().array
            case 5: timeReceived = try field.text(limit: IdentifyInfo.maximumTextLength)
            default: continue
            }
        }
    }

    fileprivate var encoded: ProtobufWriter {
        var writer = ProtobufWriter()
        if !key.isEmpty { writer.bytes(key, field: 1) }
        if !value.isEmpty { writer.bytes(value, field: 2) }
        if !timeReceived.isEmpty { writer.text(timeReceived, field: 5) }
        return writer
    }
}

extension [LibP2PKademliaMessage.Peer] {
    fileprivate mutating func add(_ encoded: Bytes, settings: LibP2PKademliaSettings) throws(WireError) {
        guard count < settings.peersRead, let peer = try Element(encoded, settings: settings) else { return }
        append(peer)
    }
}

extension LibP2PKademliaMessage.Peer {
    /// Nil when the identifier is none that libp2p knows.
    fileprivate init?(_ encoded: Bytes, settings: LibP2PKademliaSettings) throws(WireError) {
        var (name, addresses): ([UInt8], [Multiaddr]) = ([], [])
        var connection = LibP2PKademliaMessage.ConnectionState.notConnected
        var fields = ProtobufReader(encoded)
        while let field = try fields.next() {
            switch field.number {
            case 1: name = try field.bytes(limit: Multiaddr.maximumLength).array
            case 2:
                let bytes = try field.bytes()
                guard addresses.count < settings.addressesPerPeer, let address = try? Multiaddr(bytes.array)
                else { continue }
                addresses.append(address.withoutPeer)
            case 3:
                connection = LibP2PKademliaMessage.ConnectionState(rawValue: try field.varint()) ?? .notConnected
            default: continue
            }
        }
        guard let id = try? LibP2PPeerID(name) else { return nil }
        self.init(id: id, addresses: addresses, connection: connection)
    }

    fileprivate var encoded: ProtobufWriter {
        var writer = ProtobufWriter()
        writer.bytes(id.encoded, field: 1)
        for address in addresses { writer.bytes(address.encoded, field: 2) }
        if connection.rawValue != 0 { writer.varint(connection.rawValue, field: 3) }
        return writer
    }
}
