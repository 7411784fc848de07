/// Cuts one stream of libp2p's DHT into messages: each a varint length and that many bytes.
public struct LibP2PKademliaFrames: Sendable {
    private var buffer = Bytes()
    private let limit: Int
    private let settings: LibP2PKademliaSettings

    /// For the stream of a neighbour, who asks.
    public init(requestsWithin settings: LibP2PKademliaSettings) {
        self.settings = settings
        limit = settings.requestLength
    }

    /// For a stream on which this side asks.
    public init(answersWithin settings: LibP2PKademliaSettings) {
        self.settings = settings
        limit = settings.answerLength
    }

    /// Whether the stream stands between two messages.
    public var isAtBoundary: Bool { buffer.readableBytes == 0 }

    /// Bytes as they came, cut as it pleases.
    public mutating func append(_ bytes: Bytes) {
        buffer.discardReadBytes()
        buffer.append(bytes)
    }

    /// The next whole message; nil until more bytes came.
    /// - Throws: when the stream is of no more use.
    public mutating func next() throws(WireError) -> LibP2PKademliaMessage? {
        guard let message = try buffer.takeDelimited(limit: limit) else { return nil }
        return try LibP2PKademliaMessage(message, settings: settings)
    }
}
