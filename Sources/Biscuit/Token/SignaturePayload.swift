/// The bytes signatures cover (SPECIFICATIONS.md, "Signed payload generation").
enum SignaturePayload {
    /// Version 0 is data ‖ external signature ‖ algorithm ‖ next key; version 1 tags every part and binds the block to
    /// the signature before it.
    static func block(
        _ data: [UInt8], nextKey: PublicKey, external: [UInt8]?, previous: [UInt8]?, version: UInt32
    ) -> [UInt8] {
        if version == 0 {
            return data + (external ?? []) + littleEndian(nextKey.algorithm.rawValue) + nextKey.bytes
        }
        var payload = tag("BLOCK") + tag("VERSION") + littleEndian(version)
        payload += tag("PAYLOAD") + data
        payload += tag("ALGORITHM") + littleEndian(nextKey.algorithm.rawValue)
        payload += tag("NEXTKEY") + nextKey.bytes
        if let previous { payload += tag("PREVSIG") + previous }
        if let external { payload += tag("EXTERNALSIG") + external }
        return payload
    }

    /// What a third party signs.
    static func external(_ data: [UInt8], previous: [UInt8]) -> [UInt8] {
        tag("EXTERNAL") + tag("VERSION") + littleEndian(1) + tag("PAYLOAD") + data + tag("PREVSIG") + previous
    }

    /// What the last key signs to seal a token.
    static func seal(_ last: SignedBlock) -> [UInt8] {
        last.payload + littleEndian(last.nextKey.algorithm.rawValue) + last.nextKey.bytes + last.signature
    }

    private static func tag(_ name: StaticString) -> [UInt8] {
        [0] + name.withUTF8Buffer { Array($0) } + [0]
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
