import Biscuit
import Gossip
import Overlay

/// The text form: `sam://join?v=1&mesh=<id>&root=<key>&node=<multiaddr>`, with `root` and `node` as often as needed.
extension Invitation {
    /// Which form of the text this program writes and reads.
    public static let version = "1"
    private static let start = "sam://join?"
    private static let fields = ["v", "mesh", "root", "node"]

    /// One line without spaces. To be quoted in a shell.
    public var text: String {
        var pairs = [("v", Self.version), ("mesh", meshID.description)]
        pairs += roots.map { ("root", $0.description) }
        pairs += addresses.map { ("node", $0.text) }
        return Self.start + pairs.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
    }

    /// Reads a text whole: a field that this version does not know is an error, because whoever wrote it meant
    /// something by it.
    public init(parsing text: String) throws(InvitationError) {
        let pairs = try Self.pairs(of: text)
        try Self.checkVersion(pairs)
        for (name, value) in pairs where !Self.fields.contains(name) {
            let found = InvitationError.quoted("\(name)=\(value)")
            throw InvitationError("text", found: found, expected: "no other fields than v, mesh, root and node")
        }
        let mesh = try Self.only("mesh", of: pairs)
        var roots: [Biscuit.PublicKey] = []
        var addresses: [Multiaddr] = []
        for (name, value) in pairs {
            switch name {
            case "root": roots.append(try Self.root(value))
            case "node": addresses.append(try Self.address(value))
            default: break
            }
        }
        try self.init(roots: roots, addresses: addresses)
        guard mesh == meshID.description else {
            throw InvitationError(
                "mesh", found: InvitationError.quoted(mesh),
                expected: "\(meshID), the id of the first root key; one of the two was changed on the way")
        }
    }

    private static func pairs(of text: String) throws(InvitationError) -> [(name: String, value: String)] {
        guard text.utf8.count <= InvitationLimits.textLength else {
            throw InvitationError(
                "text", found: "\(text.utf8.count) bytes", expected: "at most \(InvitationLimits.textLength) bytes")
        }
        guard text.hasPrefix(start) else {
            throw InvitationError(
                "text", found: InvitationError.quoted(text), expected: "a text that begins with \(start)")
        }
        var pairs: [(String, String)] = []
        for part in text.dropFirst(start.count).split(separator: "&", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, !halves[0].isEmpty else {
                throw InvitationError(
                    "text", found: InvitationError.quoted(String(part)),
                    expected: "name=value; is the text whole, and was it in quotes?")
            }
            guard let value = PercentEncoding.decode(halves[1]) else {
                throw InvitationError(
                    InvitationError.quoted(String(halves[0])), found: InvitationError.quoted(String(halves[1])),
                    expected: "UTF-8 in which every % is followed by two hex digits")
            }
            pairs.append((String(halves[0]), value))
        }
        return pairs
    }

    private static func checkVersion(_ pairs: [(name: String, value: String)]) throws(InvitationError) {
        let found = try only("v", of: pairs)
        guard found != version else { return }
        throw InvitationError(
            "v", found: InvitationError.quoted(found), expected: "\(version), the version that this program reads")
    }

    private static func only(
        _ name: String, of pairs: [(name: String, value: String)]
    ) throws(InvitationError) -> String {
        let values = pairs.filter { $0.name == name }.map(\.value)
        guard let value = values.first, values.count == 1 else {
            throw InvitationError(
                name, found: values.isEmpty ? "none" : "\(values.count) of them", expected: "exactly one")
        }
        return value
    }

    private static func root(_ text: String) throws(InvitationError) -> Biscuit.PublicKey {
        do throws(KeyError) {
            return try Biscuit.PublicKey(text)
        } catch {
            throw InvitationError(
                "root", found: InvitationError.quoted(text), expected: "ed25519/ and 64 hex digits")
        }
    }

    private static func address(_ text: String) throws(InvitationError) -> Multiaddr {
        do throws(WireError) {
            return try Multiaddr(text: text)
        } catch {
            throw InvitationError(
                "node", found: "\(InvitationError.quoted(text)) (\(error))",
                expected: "a multiaddr like /ip4/192.0.2.1/tcp/5002/p2p/12D3KooW…")
        }
    }
}

extension Invitation: CustomStringConvertible {
    public var description: String { text }
}
