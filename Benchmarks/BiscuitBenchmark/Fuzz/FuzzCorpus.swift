import ArgumentParser
import Biscuit
import Foundation
import Mutations

/// What fuzzing starts from: whatever the folder of test vectors holds.
struct FuzzCorpus {
    private(set) var tokens: [[UInt8]] = []
    private(set) var snapshots: [[UInt8]] = []
    /// Serialized blocks of Datalog.
    private(set) var blocks: [[UInt8]] = []
    private(set) var texts: [[UInt8]] = []
    /// The tokens that one of the folder's root keys signed.
    private(set) var verified: [VerifiedToken] = []
    private var roots: [PublicKey] = []

    var description: String {
        "\(tokens.count) tokens (\(verified.count) genuine), \(blocks.count) blocks, \(snapshots.count) snapshots, \(texts.count) texts"
    }

    private static var folder: URL {
        if let path = ProcessInfo.processInfo.environment["SAM_CONFORMANCE_DIR"] {
            return URL(fileURLWithPath: path).appendingPathComponent("biscuit")
        }
        let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return package.appendingPathComponent("../shared/conformance/biscuit").standardizedFileURL
    }

    static func load() throws -> FuzzCorpus {
        var corpus = FuzzCorpus()
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?
            .compactMap { $0 as? URL }.sorted { $0.path < $1.path }
        for file in files ?? [] {
            switch file.pathExtension {
            case "bc": corpus.addBinary(Array(try Data(contentsOf: file)))
            case "json": corpus.add(try JSONSerialization.jsonObject(with: Data(contentsOf: file)))
            default: continue
            }
        }
        guard !corpus.tokens.isEmpty, !corpus.texts.isEmpty else {
            throw ValidationError(
                "there are no test vectors in \(folder.path); name their folder in SAM_CONFORMANCE_DIR")
        }
        corpus.verifyTokens()
        return corpus
    }

    private mutating func verifyTokens() {
        verified = tokens.compactMap { bytes in
            guard let token = try? Token.parse(bytes) else { return nil }
            return roots.lazy.compactMap { try? token.verify(root: $0) }.first
        }
    }

    /// Every text in a JSON value: hexadecimal ones as bytes, others as Datalog or as an expression.
    private mutating func add(_ value: Any) {
        if let object = value as? [String: Any] {
            for key in object.keys.sorted() { add(object[key] as Any) }
        } else if let array = value as? [Any] {
            for element in array { add(element) }
        } else if let text = value as? String, !text.isEmpty {
            if let key = (try? PublicKey(text)) ?? (try? PublicKey("ed25519/" + text)) {
                if !roots.contains(key) { roots.append(key) }
                return
            }
            if let bytes = Self.bytes(text) { return addBinary(bytes) }
            if (try? AuthorizerBuilder(text)) != nil { return texts.append(Array(text.utf8)) }
            let check = "check if \(text);"
            if (try? AuthorizerBuilder(check)) != nil { texts.append(Array(check.utf8)) }
        }
    }

    private mutating func addBinary(_ bytes: [UInt8]) {
        if (try? Token.parse(bytes)) != nil {
            tokens.append(bytes)
            blocks += Protobuf.blocks(ofToken: bytes)
        } else if (try? Evaluation(snapshot: bytes)) != nil {
            snapshots.append(bytes)
        } else if bytes.count > 64 {
            // Shorter ones are keys and signatures.
            blocks.append(bytes)
        }
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        guard text.utf8.count.isMultiple(of: 2), text.utf8.count >= 8 else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for character in text {
            guard character.isASCII, let digit = character.hexDigitValue.map(UInt8.init) else { return nil }
            if let first = high { bytes.append(first << 4 | digit) }
            high = high == nil ? digit : nil
        }
        return bytes
    }
}
