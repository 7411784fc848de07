extension CipherState {
    /// Encrypts in place everything from `start` to the end of `buffer` and puts the tag behind it. No copy is made
    /// when the caller holds the only reference to the buffer.
    /// - Parameter start: counted from the buffer's first readable byte.
    public mutating func seal(
        _ buffer: inout Bytes, from start: Int = 0, associated: some ByteStorage
    ) throws(NoiseError) {
        buffer.writeRepeatingByte(0, count: ChaChaPoly.tagLength)
        var failure: NoiseError?
        buffer.withUnsafeMutableReadableBytes { memory in
            let region = UnsafeMutableRawBufferPointer(rebasing: memory[start...])
            do throws(NoiseError) {
                try seal(region, associated: associated)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Decrypts the readable bytes of `sealed` and appends the plaintext to `output`. The plaintext lands directly in
    /// the output's memory.
    public mutating func open(
        _ sealed: Bytes, appendingTo output: inout Bytes, associated: some ByteStorage
    ) throws(NoiseError) {
        let length = sealed.readableBytes - ChaChaPoly.tagLength
        guard length >= 0 else { throw .truncated }
        var failure: NoiseError?
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { memory in
            let region = UnsafeMutableRawBufferPointer(rebasing: memory[..<length])
            failure = sealed.withBytes { source in
                do throws(NoiseError) {
                    try open(source, into: region, associated: associated)
                    return nil
                } catch {
                    return error
                }
            }
            return failure == nil ? length : 0
        }
        if let failure { throw failure }
    }
}
