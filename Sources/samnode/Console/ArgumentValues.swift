import Biscuit
import Gossip
import Inference
import Overlay

/// Reads the values of options. Each message says what was expected instead.
enum ArgumentValues {
    private static let longestText = 255

    static func peer(_ text: String) throws -> PeerID {
        guard let peer = try? PeerID(text: text) else {
            throw InvalidArgument("expected a peer id, like 12D3KooW…; the node prints its own with: samnode id")
        }
        return peer
    }

    static func timeToLive(_ text: String) throws -> TimeSpan {
        guard let span = TimeText.parse(text) else {
            throw InvalidArgument(
                "expected a length of time, like 90m, 24h or 30d, up to \(TimeText.words(TimeText.longest))")
        }
        return span
    }

    static func label(_ text: String) throws -> Label {
        guard let label = Label(text) else {
            throw InvalidArgument(
                "expected key=value: a key of 1 to 63 of A-Z a-z 0-9 _ . - "
                    + "and a value of 1 to 255 bytes without \",\" and \"=\"")
        }
        return label
    }

    static func servicePattern(_ text: String) throws -> ServicePattern { try ServicePattern(parsing: text) }

    static func targetPattern(_ text: String) throws -> TargetPattern { try TargetPattern(parsing: text) }

    static func service(_ text: String) throws -> ServiceName {
        guard let name = ServiceName(text) else {
            throw InvalidArgument("expected type:name, like inference:openrouter")
        }
        return name
    }

    /// The signature of a token's block.
    static func revocationID(_ text: String) throws -> [UInt8] {
        guard let id = try? Hexadecimal.decode(text), Revocation.subjectLengths.contains(id.count) else {
            throw InvalidArgument(
                "expected a revocation id, 128 hex digits, as printed by: samnode token inspect")
        }
        return id
    }

    static func rootKey(_ text: String) throws -> Biscuit.PublicKey { try Biscuit.PublicKey(text) }

    /// A name of a user, group or role.
    static func claim(_ text: String) throws -> String {
        let isPrintable = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard !text.isEmpty, text.utf8.count <= longestText, isPrintable else {
            throw InvalidArgument("expected 1 to \(longestText) bytes without control characters")
        }
        return text
    }
}

/// Why an option's value cannot be used.
struct InvalidArgument: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
