import Overlay

extension Reader {
    /// One message that takes up all of the bytes.
    static func message<Message>(
        in bytes: Bytes, _ read: (inout Reader) throws -> Message
    ) throws(MalformedMessage) -> Message {
        guard bytes.readableBytes <= GossipSettings.messageLength else { throw .tooLong(bytes.readableBytes) }
        var reader = Reader(bytes)
        do {
            let message = try read(&reader)
            try reader.end()
            return message
        } catch let error as WireError {
            throw .wire(error)
        } catch let error as MalformedMessage {
            throw error
        } catch {
            throw .wire(.truncated)
        }
    }
}
