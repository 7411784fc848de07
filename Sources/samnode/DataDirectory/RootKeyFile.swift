import Biscuit
import Foundation
import YAML

/// A text file of root public keys: `ed25519/<hex>`, one per line; empty lines and what follows a `#` do not count.
enum RootKeyFile {
    /// Bytes read at most: some hundred keys, where a mesh has one, or two while it changes it.
    private static let maximumBytes = 32 * 1024

    /// - Throws: also when the file holds no key at all.
    static func read(_ path: String) throws(DataDirectoryError) -> [PublicKey] {
        switch FileText.read(path, maximumBytes: maximumBytes) {
        case .missing:
            throw .missing(
                path: path,
                remedy: "copy mesh-root.pub from whoever runs the mesh, or start a mesh with: samnode authority init")
        case .failed(let reason): throw .cannotRead(path: path, reason: reason)
        case .text(let bytes): return try parse(bytes, path: path)
        }
    }

    private static func parse(_ bytes: [UInt8], path: String) throws(DataDirectoryError) -> [PublicKey] {
        guard bytes.count <= maximumBytes else {
            throw .malformed(path: path, found: "more than \(maximumBytes) bytes", expected: "a list of root keys")
        }
        var keys: [PublicKey] = []
        for (index, line) in String(decoding: bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false
        ).enumerated() {
            let text = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces.union(.newlines))
            guard !text.isEmpty else { continue }
            do throws(KeyError) {
                let key = try PublicKey(text)
                if !keys.contains(key) { keys.append(key) }
            } catch {
                throw .malformed(
                    path: "\(path):\(index + 1)", found: "\(text.quotedForMessage) (\(error))",
                    expected: "ed25519/ and 64 hex digits")
            }
        }
        guard !keys.isEmpty else {
            throw .malformed(path: path, found: "no key", expected: "ed25519/ and 64 hex digits")
        }
        return keys
    }
}
