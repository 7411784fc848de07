import Overlay

/// A quick 64-bit digest of bytes: the same in every process and on every machine, and not meant to resist anybody.
struct Digest64: Hashable, Sendable {
    private(set) var state: UInt64

    init(seed: UInt64 = 0) {
        state = seed ^ 0x2545_f491_4f6c_dd1d
    }

    mutating func absorb(_ word: UInt64) {
        let product = (state ^ word).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        state = (product.high ^ product.low) &+ 0xd6e8_feb8_6659_fd93
    }

    mutating func absorb(_ bytes: Bytes) {
        bytes.withUnsafeReadableBytes { absorb($0) }
    }

    mutating func absorb(_ raw: UnsafeRawBufferPointer) {
        absorb(UInt64(raw.count))
        var offset = 0
        while offset + 8 <= raw.count {
            absorb(UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            offset += 8
        }
        var rest: UInt64 = 0
        for index in offset..<raw.count { rest |= UInt64(raw[index]) << UInt64((index - offset) * 8) }
        absorb(rest)
    }

    static func of(_ bytes: Bytes) -> UInt64 {
        var digest = Digest64()
        digest.absorb(bytes)
        return digest.state
    }
}
