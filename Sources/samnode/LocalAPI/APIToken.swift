import Overlay

/// The secret that clients show on TCP.
struct APIToken: Sendable, CustomStringConvertible, CustomReflectable {
    private static let capacity = 4_096
    private let bytes: [UInt8]

    init(_ text: String) throws(LocalAPIError) {
        let bytes = Array(text.utf8)
        guard (1...Self.capacity).contains(bytes.count), bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .badToken
        }
        self.bytes = bytes
    }

    /// Frameworks print the values that they are given, and a log is no place for a secret.
    var description: String { "APIToken" }
    var customMirror: Mirror { Mirror(self, children: []) }

    /// In a time that does not depend on where the two differ.
    func matches(_ shown: some StringProtocol) -> Bool {
        ConstantTime.equal(bytes, Array(shown.utf8))
    }
}
