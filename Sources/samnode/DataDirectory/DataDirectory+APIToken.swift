import Overlay

/// The secret that clients of the local API show.
extension DataDirectory {
    private static let apiToken = "api-token"
    private static let tokenBytes = 32

    var apiTokenPath: String { path(of: Self.apiToken) }

    /// 64 hexadecimal digits, made on first use.
    func readOrCreateAPIToken() throws(DataDirectoryError) -> String {
        let file = SecretFile(path: apiTokenPath)
        if let bytes = try file.read() { return try checkedToken(bytes) }
        do throws(DataDirectoryError) {
            let digits = Hexadecimal.encode(SystemRandom.bytes(Self.tokenBytes))
            try file.create(Array((digits + "\n").utf8))
            return digits
        } catch .exists {
            return try checkedToken(try file.read() ?? [])
        }
    }

    private func checkedToken(_ bytes: [UInt8]) throws(DataDirectoryError) -> String {
        let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
        guard text.count == Self.tokenBytes * 2, text.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
            throw .malformed(
                path: apiTokenPath, found: "\(text.utf8.count) characters of something else",
                expected: "\(Self.tokenBytes * 2) hex digits")
        }
        return text
    }
}
