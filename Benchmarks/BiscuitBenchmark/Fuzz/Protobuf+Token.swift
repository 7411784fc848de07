import Biscuit
import Mutations

/// Taking blocks out of tokens and putting a signature around them.
extension Protobuf {
    /// A token of one block whose signature is right whatever the block is.
    static func token(block: [UInt8], root: KeyPair, next: KeyPair) throws -> [UInt8] {
        // Payload of signature version 0: block, algorithm in little endian, next key.
        let signature = try root.sign(block + [0, 0, 0, 0] + next.publicKey.bytes)
        let algorithm = ProtobufField(number: 1, value: .varint(0))
        let key = serialize([algorithm, ProtobufField(number: 2, value: .bytes(next.publicKey.bytes))])
        let signed = field(1, block) + field(2, key) + field(3, signature)
        return field(2, signed) + field(4, field(1, next.privateKey.bytes))
    }

    /// The serialized blocks of a token that parses.
    static func blocks(ofToken bytes: [UInt8]) -> [[UInt8]] {
        contents(of: bytes) { $0 == 2 || $0 == 3 }.flatMap { contents(of: $0) { $0 == 1 } }
    }

    private static func contents(of message: [UInt8], where isWanted: (Int) -> Bool) -> [[UInt8]] {
        (parse(message) ?? []).compactMap { field in
            guard isWanted(field.number), case .bytes(let content) = field.value else { return nil }
            return content
        }
    }
}
