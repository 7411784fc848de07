import CZlib

/// The zlib format (RFC 1950) with a preset dictionary, for small pieces each of which stands for itself.
///
/// Nothing is kept between two calls. What ``inflate(_:dictionary:limit:)`` gives follows from its arguments alone; how short
/// ``deflate(_:dictionary:limit:)`` makes something depends on the version of zlib, too.
public enum Zlib {
    /// The window of 32 KiB, the largest: it has to hold the dictionary and the piece.
    private static let windowBits: Int32 = 15
    /// Of 1 to 9. Higher: with zlib's own 8, clearing tables takes longer than all else for a piece of 500 bytes. Lower:
    /// matches in the dictionary are overlooked.
    private static let memoryLevel: Int32 = 5

    /// - Parameters:
    ///   - dictionary: at most 32,000 bytes are of use.
    ///   - limit: the most bytes that the result may have.
    /// - Returns: nil when more bytes would be needed.
    public static func deflate(_ bytes: [UInt8], dictionary: [UInt8], limit: Int) -> [UInt8]? {
        guard let room = UInt32(exactly: limit), room > 0 else { return nil }
        var stream = z_stream()
        return withUnsafeMutablePointer(to: &stream) { stream in
            let opened = deflateInit2_(
                stream, Z_BEST_COMPRESSION, Z_DEFLATED, windowBits, memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size))
            guard opened == Z_OK else { return nil }
            defer { deflateEnd(stream) }
            guard dictionary.withInput({ deflateSetDictionary(stream, $0, $1) }) == Z_OK else { return nil }
            return withOutput(of: stream, room: room) {
                let ended = bytes.withInput { source, count in
                    stream.pointee.next_in = source
                    stream.pointee.avail_in = count
                    return CZlib.deflate(stream, Z_FINISH)
                }
                return ended == Z_STREAM_END ? .success(()) : .failure(.tooLong)
            }.success
        }
    }

    /// - Parameters:
    ///   - dictionary: the one that `bytes` were made with; they say which by a checksum.
    ///   - limit: the most bytes that the result may have; not one more than that is worked out.
    public static func inflate(
        _ bytes: [UInt8], dictionary: [UInt8], limit: Int
    ) throws(InflationError) -> [UInt8] {
        // One byte more tells what is too long from what ends early.
        guard let room = UInt32(exactly: limit), room < .max else { throw .tooLong }
        var stream = z_stream()
        let result = withUnsafeMutablePointer(to: &stream) { stream in
            let opened = inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
            guard opened == Z_OK else { return Result<[UInt8], InflationError>.failure(.corrupt) }
            defer { inflateEnd(stream) }
            return withOutput(of: stream, room: room + 1) {
                bytes.withInput { source, count in
                    stream.pointee.next_in = source
                    stream.pointee.avail_in = count
                    return inflateAll(stream, dictionary: dictionary)
                }
            }
        }
        let inflated = try result.get()
        guard inflated.count <= limit else { throw .tooLong }
        return inflated
    }

    private static func inflateAll(
        _ stream: z_streamp, dictionary: [UInt8]
    ) -> Result<Void, InflationError> {
        switch CZlib.inflate(stream, Z_NO_FLUSH) {
        case Z_NEED_DICT: break
        // The header is not there yet; or something else is, that asks for no dictionary.
        case Z_OK, Z_BUF_ERROR: return .failure(stream.pointee.total_out == 0 ? .truncated : .corrupt)
        default: return .failure(.corrupt)
        }
        guard dictionary.withInput({ inflateSetDictionary(stream, $0, $1) }) == Z_OK else { return .failure(.corrupt) }
        switch CZlib.inflate(stream, Z_FINISH) {
        case Z_STREAM_END: return stream.pointee.avail_in == 0 ? .success(()) : .failure(.trailingBytes)
        case Z_OK, Z_BUF_ERROR: return .failure(stream.pointee.avail_out == 0 ? .tooLong : .truncated)
        default: return .failure(.corrupt)
        }
    }

    /// Gives a stream room for its output, and what it has put there when all went well.
    private static func withOutput(
        of stream: z_streamp, room: UInt32, _ body: () -> Result<Void, InflationError>
    ) -> Result<[UInt8], InflationError> {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(room)) { output in
            stream.pointee.next_out = output.baseAddress
            stream.pointee.avail_out = room
            return body().map { Array(output.prefix(Int(room - stream.pointee.avail_out))) }
        }
    }
}

/// Why bytes could not be inflated.
public enum InflationError: Error, Hashable, Sendable {
    /// They end before what they stand for does.
    case truncated
    /// They are not of the format, were made with another dictionary or with none, or their checksum is wrong.
    case corrupt
    /// Bytes are left behind the end.
    case trailingBytes
    /// They stand for more bytes than the limit.
    case tooLong
}

extension [UInt8] {
    /// The bytes as zlib takes them; it does not write to them. What is longer than it can say is cut.
    fileprivate func withInput<Value>(_ body: (UnsafeMutablePointer<UInt8>?, UInt32) -> Value) -> Value {
        withUnsafeBufferPointer { body(UnsafeMutablePointer(mutating: $0.baseAddress), UInt32(clamping: $0.count)) }
    }
}

extension Result {
    fileprivate var success: Success? {
        if case .success(let value) = self { value } else { nil }
    }
}
