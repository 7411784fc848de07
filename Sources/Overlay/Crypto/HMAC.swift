import CSodium

/// HMAC-SHA256 (RFC 2104) for keys of any length.
public struct HMAC {
    /// Bytes of a code.
    public static let length = 32
    private var state = crypto_auth_hmacsha256_state()

    /// Begins a code under a key of any length.
    public init(key: some ByteStorage) {
        key.withBytes { source in
            _ = crypto_auth_hmacsha256_init(&state, source.start, source.count)
        }
    }

    /// Takes more of the message.
    public mutating func update(_ bytes: some ByteStorage) {
        bytes.withBytes { source in
            _ = crypto_auth_hmacsha256_update(&state, source.start, UInt64(source.count))
        }
    }

    /// The code of everything taken; ends the use of this value.
    public mutating func finish() -> Bytes32 {
        Bytes32.filled { code in
            _ = crypto_auth_hmacsha256_final(&state, code)
        }
    }

    mutating func finish(into output: UnsafeMutableRawBufferPointer) {
        precondition(output.count == Self.length, "an authentication code has 32 bytes")
        _ = crypto_auth_hmacsha256_final(&state, output.start)
    }

    /// The code of a whole message.
    public static func authenticate(_ bytes: some ByteStorage, key: some ByteStorage) -> Bytes32 {
        var code = HMAC(key: key)
        code.update(bytes)
        return code.finish()
    }
}
