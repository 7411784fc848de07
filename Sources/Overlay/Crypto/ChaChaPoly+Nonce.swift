extension ChaChaPoly {
    /// A number used once: 12 bytes held inline.
    public struct Nonce: ByteStorage, Sendable {
        private var first: UInt32 = 0
        private var second: UInt32
        private var third: UInt32

        /// Noise's form: four zero bytes and a little-endian counter (Noise specification, section 12.3).
        public init(counter: UInt64) {
            second = UInt32(truncatingIfNeeded: counter).littleEndian
            third = UInt32(truncatingIfNeeded: counter >> 32).littleEndian
        }

        /// - Returns: nil unless there are 12 bytes.
        public init?(_ bytes: [UInt8]) {
            guard bytes.count == nonceLength else { return nil }
            let words = bytes.withUnsafeBytes { source in
                (0..<3).map { source.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self) }
            }
            first = words[0]
            second = words[1]
            third = words[2]
        }

        public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
            withUnsafeBytes(of: self, body)
        }
    }
}
