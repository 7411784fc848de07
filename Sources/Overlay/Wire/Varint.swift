/// Unsigned varints as multiformats define them: little-endian groups of seven bits, shortest form, at most 9 bytes
/// (https://github.com/multiformats/unsigned-varint).
public enum Varint {
    /// Bytes of the longest varint; larger numbers than 2^63 - 1 have no encoding.
    public static let maximumLength = 9

    /// Bytes that `value` takes.
    public static func length(of value: UInt64) -> Int {
        max(1, (UInt64.bitWidth - value.leadingZeroBitCount + 6) / 7)
    }

    /// Appends `value` to `output`.
    public static func append(_ value: UInt64, to output: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        output.append(UInt8(rest))
    }

    /// `value` in its shortest form.
    public static func encode(_ value: UInt64) -> [UInt8] {
        var output: [UInt8] = []
        append(value, to: &output)
        return output
    }

    /// Reads a varint at the start of `bytes`.
    /// - Returns: the value and how many bytes it took; nil while the input ends inside the varint.
    public static func decode(
        _ bytes: some Collection<UInt8>, maximumLength: Int = Varint.maximumLength, minimal: Bool = true
    ) throws(WireError) -> (value: UInt64, length: Int)? {
        var value: UInt64 = 0
        var length = 0
        for byte in bytes {
            guard length < maximumLength else { throw .varintTooLong }
            let group = UInt64(byte & 0x7f)
            let shift = UInt64(7 * length)
            guard shift < 64, (group << shift) >> shift == group else { throw .varintTooLong }
            value |= group << shift
            length += 1
            guard byte & 0x80 == 0 else { continue }
            if minimal, byte == 0, length > 1 { throw .varintNotMinimal }
            return (value, length)
        }
        if length >= maximumLength { throw .varintTooLong }
        return nil
    }
}
