import Testing

@testable import Overlay

/// The codecs of multiformats against the shared vectors.
@Suite(.enabled(if: Conformance.isPresent, Conformance.absence))
struct CodecVectors {
    @Test func varint() throws {
        var tally = Tally("libp2p/varint.json")
        for vector in try Conformance.load("libp2p/varint.json")["cases"].items {
            let bytes = try vector["hex"].requireHex()
            let name = "\(vector["hex"].text ?? "")"
            if vector["valid"].flag == true {
                tally.run(name) {
                    let value = try UInt64(vector["value"].requireText())
                    let decoded = try Varint.decode(bytes)
                    let length = vector["consumed"].int ?? bytes.count
                    guard let value, decoded?.value == value, decoded?.length == length else { return false }
                    return Varint.encode(value) == Array(bytes.prefix(length)) && Varint.length(of: value) == length
                }
            } else {
                tally.refuses(name) {
                    var reader = Reader(bytes)
                    _ = try reader.varint()
                }
            }
        }
        tally.finish()
    }

    @Test func base58btc() throws {
        var tally = Tally("libp2p/base58btc.json")
        for vector in try Conformance.load("libp2p/base58btc.json")["cases"].items {
            let text = try vector["base58btc"].requireText()
            if vector["valid"].flag == true {
                tally.run(text) {
                    let bytes = try vector["hex"].requireHex()
                    return try Base58.decode(text) == bytes && Base58.encode(bytes) == text
                }
            } else {
                tally.refuses(text) { _ = try Base58.decode(text) }
            }
        }
        tally.finish()
    }

    @Test func multibase() throws {
        var tally = Tally("libp2p/multibase.json")
        for vector in try Conformance.load("libp2p/multibase.json")["cases"].items {
            let name = try vector["encoding"].requireText()
            let text = try vector["multibase"].requireText()
            guard let encoding = Multibase.allCases.first(where: { "\($0)" == name }) else {
                tally.skip("\(name) is not implemented: no libp2p identifier uses it")
                continue
            }
            tally.run(text) {
                let bytes = try vector["decoded_hex"].requireHex()
                let decoded = try Multibase.decode(text)
                guard decoded.encoding == encoding, decoded.bytes == bytes else { return false }
                return vector["canonical"].flag != true || encoding.encode(bytes) == text
            }
        }
        tally.finish()
    }

    @Test func multihash() throws {
        var tally = Tally("libp2p/multihash.json")
        for vector in try Conformance.load("libp2p/multihash.json")["cases"].items {
            let bytes = try vector["multihash"].requireHex()
            let name = vector["multihash"].text ?? ""
            guard vector["valid"].flag == true else {
                tally.refuses(name) { _ = try Multihash(bytes) }
                continue
            }
            tally.run(name) {
                let multihash = try Multihash(bytes)
                guard multihash.encoded == bytes else { return false }
                return try Self.digest(of: vector, for: multihash).map { $0 == multihash.digest } ?? true
            }
        }
        tally.finish()
    }

    /// What the digest should be; nil where the node does not compute the function (SHA-1).
    private static func digest(of vector: JSON, for multihash: Multihash) throws -> [UInt8]? {
        let input: [UInt8]
        if let text = vector["input_utf8"].text {
            input = Array(text.utf8)
        } else if vector["input_hex"].text != nil {
            input = try vector["input_hex"].requireHex()
        } else {
            return try vector["digest_hex"].requireHex()
        }
        let full: [UInt8]
        switch multihash.function {
        case .identity: full = input
        case .sha1, nil: return nil
        case .sha256: full = SHA256.hash(input).array
        case .sha512: full = SHA512.hash(input)
        }
        return Array(full.prefix(multihash.digest.count))
    }

    @Test func multiaddr() throws {
        var tally = Tally("libp2p/multiaddr.json")
        let file = try Conformance.load("libp2p/multiaddr.json")
        for vector in file["cases"].items {
            let text = try vector["text"].requireText()
            guard vector["valid"].flag == true else {
                tally.refuses(text) { _ = try Multiaddr(text: text) }
                continue
            }
            if vector["set"].text == "extra", text.contains("/onion") || text.contains("/garlic") {
                tally.skip("onion and garlic addresses are not implemented")
                continue
            }
            tally.run(text) {
                let address = try Multiaddr(text: text)
                let bytes = try vector["hex"].requireHex()
                guard address.encoded == bytes, try Multiaddr(bytes) == address else { return false }
                guard try Multiaddr(text: address.text) == address else { return false }
                return vector["canonical"].text.map { $0 == address.text } ?? true
            }
        }
        for vector in file["binary_negatives"].items {
            let bytes = try vector["hex"].requireHex()
            tally.refuses(vector["why"].text ?? "") { _ = try Multiaddr(bytes) }
        }
        tally.finish()
    }
}
