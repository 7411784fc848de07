/// An encoding that reads the bytes as one big number and writes it in another base, each leading zero byte as one
/// leading zero digit: base58btc, base36 and their kind.
struct PositionalBase: Sendable {
    /// Longest input in bytes or characters; the conversion takes time that grows with the square of the length, and
    /// peer ids and content ids have fewer than 100 characters.
    static let maximumLength = 4_096

    let alphabet: [UInt8]
    private let values: [UInt8]
    private static let absent: UInt8 = 255

    /// - Parameter foldingCase: whether decoding takes upper and lower case for the same digit.
    init(_ alphabet: String, foldingCase: Bool = false) {
        self.alphabet = Array(alphabet.utf8)
        var values = [UInt8](repeating: Self.absent, count: 256)
        for (value, character) in self.alphabet.enumerated() {
            values[Int(character)] = UInt8(value)
            if foldingCase, let other = Character(UnicodeScalar(character)).swappedCase {
                values[Int(other)] = UInt8(value)
            }
        }
        self.values = values
    }

    func encode(_ bytes: [UInt8]) -> String {
        let zeros = bytes.prefix { $0 == 0 }.count
        var digits: [UInt8] = []
        for byte in bytes.dropFirst(zeros) {
            Self.multiplyAdd(&digits, base: UInt32(alphabet.count), by: 256, adding: UInt32(byte))
        }
        let text = repeatElement(alphabet[0], count: zeros) + digits.reversed().map { alphabet[Int($0)] }
        return String(decoding: text, as: UTF8.self)
    }

    func decode(_ text: some StringProtocol) throws(WireError) -> [UInt8] {
        let characters = Array(text.utf8)
        guard characters.count <= Self.maximumLength else { throw .tooLong(limit: Self.maximumLength) }
        let zeros = characters.prefix { $0 == alphabet[0] }.count
        var bytes: [UInt8] = []
        for character in characters.dropFirst(zeros) {
            let digit = values[Int(character)]
            guard digit != Self.absent else { throw .badText }
            Self.multiplyAdd(&bytes, base: 256, by: UInt32(alphabet.count), adding: UInt32(digit))
        }
        return [UInt8](repeating: 0, count: zeros) + bytes.reversed()
    }

    /// `number = number * factor + addend`, digits least significant first.
    private static func multiplyAdd(_ number: inout [UInt8], base: UInt32, by factor: UInt32, adding addend: UInt32) {
        var carry = addend
        for index in number.indices {
            carry += UInt32(number[index]) * factor
            number[index] = UInt8(carry % base)
            carry /= base
        }
        while carry > 0 {
            number.append(UInt8(carry % base))
            carry /= base
        }
    }
}

extension Character {
    fileprivate var swappedCase: UInt8? {
        guard let ascii = asciiValue else { return nil }
        switch ascii {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): return ascii - 32
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): return ascii + 32
        default: return nil
        }
    }
}
