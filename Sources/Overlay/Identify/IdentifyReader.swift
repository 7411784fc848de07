/// Collects the messages of an identify answer until the other side ends the stream.
struct IdentifyReader: Sendable {
    private var buffer = Bytes()
    private var received = 0

    /// - Returns: false when the answer is longer than ``IdentifyInfo/maximumLength``.
    mutating func receive(_ bytes: Bytes) -> Bool {
        received += bytes.readableBytes
        guard received <= IdentifyInfo.maximumLength else { return false }
        buffer.append(bytes)
        return true
    }

    /// All messages together. Large answers come as several, the signed record apart.
    consuming func finish() throws(WireError) -> IdentifyInfo {
        var info = IdentifyInfo()
        guard buffer.readableBytes > 0 else { throw .truncated }
        while buffer.readableBytes > 0 {
            guard let message = try buffer.takeDelimited(limit: IdentifyInfo.maximumLength) else {
                throw .truncated
            }
            try info.merge(ProtobufReader(message))
        }
        return info
    }
}
