/// An encoding whose digits each carry a whole number of bits: base2, base8, base16, base32 and base64 (RFC 4648).
struct BitBase: Sendable {
    let alphabet: [UInt8]
    /// Bits per digit.
    let bits: Int
    /// Digits per padded group; 0 without padding.
    let padding: Int
    private let values: [UInt8]
    private static let absent: UInt8 = 255

    init(_ alphabet: String, bits: Int, paddedTo padding: Int = 0, foldingCase: Bool = false) {
        self.alphabet = Array(alphabet.utf8)
        self.bits = bits
        self.padding = padding
        var values = [UInt8](repeating: Self.absent, count: 256)
        for (value, character) in self.alphabet.enumerated() {
            values[Int(character)] = UInt8(value)
            guard foldingCase, UnicodeScalar(character).properties.isAlphabetic else { continue }
            values[Int(character ^ 0x20)] = UInt8(value)
        }
        self.values = values
    }

    func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var pool: UInt32 = 0
        var held = 0
        for byte in bytes {
            pool = pool << 8 | UInt32(byte)
            held += 8
            while held >= bits {
                held -= bits
                text.append(alphabet[Int(pool >> UInt32(held)) & (alphabet.count - 1)])
            }
            pool &= (1 << UInt32(held)) - 1
        }
        if held > 0 {
            text.append(alphabet[Int(pool << UInt32(bits - held)) & (alphabet.count - 1)])
        }
        while padding > 0, text.count % padding != 0 { text.append(UInt8(ascii: "=")) }
        return String(decoding: text, as: UTF8.self)
    }

    func decode(_ text: some StringProtocol) throws(WireError) -> [UInt8] {
        var characters = Array(text.utf8)
        if padding > 0 {
            guard characters.count % padding == 0 else { throw .badText }
            for _ in 0..<padding where characters.last == UInt8(ascii: "=") { characters.removeLast() }
        }
        var bytes: [UInt8] = []
        var pool: UInt32 = 0
        var held = 0
        for character in characters {
            let digit = values[Int(character)]
            guard digit != Self.absent else { throw .badText }
            pool = pool << UInt32(bits) | UInt32(digit)
            held += bits
            guard held >= 8 else { continue }
            held -= 8
            bytes.append(UInt8(truncatingIfNeeded: pool >> UInt32(held)))
            pool &= (1 << UInt32(held)) - 1
        }
        // What is left is padding of the last digit: less than a digit, and zero, or two texts would name one value.
        guard held < bits, pool == 0 else { throw .badText }
        return bytes
    }
}
