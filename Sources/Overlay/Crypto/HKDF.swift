/// HKDF with SHA-256 (RFC 5869).
public enum HKDF {
    /// Most bytes that one derivation can give: 255 blocks of 32.
    public static let maximumOutput = 255 * HMAC.length

    /// `count` bytes from `material`; nil above ``maximumOutput``.
    public static func derive(
        salt: some ByteStorage, material: some ByteStorage, info: [UInt8] = [], count: Int
    ) -> Secret? {
        guard count >= 0, count <= maximumOutput else { return nil }
        let pseudorandomKey = extract(salt: salt, material: material)
        return Secret(count: count) { output in
            expand(pseudorandomKey, info: info, into: output)
        }
    }

    /// The two or three 32-byte outputs of Noise's HKDF (Noise specification, section 4.3), which is RFC 5869 with
    /// empty info.
    static func chain(_ key: Secret, _ material: some ByteStorage) -> (Secret, Secret, Secret) {
        let pseudorandomKey = extract(salt: key, material: material)
        let output = Secret(count: 3 * HMAC.length) { expand(pseudorandomKey, info: [], into: $0) }
        return output.withBytes { bytes in
            let parts = (0..<3).map { index in
                let part = UnsafeRawBufferPointer(rebasing: bytes[index * HMAC.length..<(index + 1) * HMAC.length])
                return Secret(count: HMAC.length) { $0.copyMemory(from: part) }
            }
            return (parts[0], parts[1], parts[2])
        }
    }

    private static func extract(salt: some ByteStorage, material: some ByteStorage) -> Secret {
        Secret(count: HMAC.length) { output in
            var code = HMAC(key: salt)
            code.update(material)
            code.finish(into: output)
        }
    }

    private static func expand(_ key: Secret, info: [UInt8], into output: UnsafeMutableRawBufferPointer) {
        var previous = Secret(count: 0) { _ in }
        var offset = 0
        var block: UInt8 = 1
        while offset < output.count {
            let next = Secret(count: HMAC.length) { memory in
                var code = HMAC(key: key)
                code.update(previous)
                code.update(info)
                code.update([block])
                code.finish(into: memory)
            }
            let length = min(HMAC.length, output.count - offset)
            next.withBytes { bytes in
                UnsafeMutableRawBufferPointer(rebasing: output[offset..<offset + length])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<length]))
            }
            previous = next
            offset += length
            block &+= 1
        }
    }
}
