import Inference
import Overlay
import YAML

/// The nodes to begin with that a data directory names: a multiaddr on each line of `bootstraps`; empty lines and what
/// follows a `#` do not count. A file that is not there names none.
struct BootstrapFile: Sendable {
    /// Bytes read at most: ``mostAddresses`` of the longest kind, with room for comments.
    private static let maximumBytes = 128 * 1024
    /// Addresses at most. Each is dialed while the node has no link: more would only make that slower.
    static let mostAddresses = 64

    let path: String

    init(_ directory: DataDirectory) {
        path = directory.path(of: "bootstraps")
    }

    func read() throws(DataDirectoryError) -> [Multiaddr] {
        switch FileText.read(path, maximumBytes: Self.maximumBytes) {
        case .missing: return []
        case .failed(let reason): throw .cannotRead(path: path, reason: reason)
        case .text(let bytes): return try parse(bytes)
        }
    }

    private func parse(_ bytes: [UInt8]) throws(DataDirectoryError) -> [Multiaddr] {
        guard bytes.count <= Self.maximumBytes else {
            throw .malformed(
                path: path, found: "more than \(Self.maximumBytes) bytes", expected: "a list of multiaddrs")
        }
        var addresses: [Multiaddr] = []
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let text = line.prefix { $0 != "#" }.filter { !$0.isWhitespace }
            guard !text.isEmpty else { continue }
            do throws(WireError) {
                let address = try Multiaddr(text: text)
                if !addresses.contains(address) { addresses.append(address) }
            } catch {
                throw .malformed(
                    path: "\(path):\(index + 1)", found: "\(text.quotedForMessage) (\(error))",
                    expected: "a multiaddr like /ip4/192.0.2.1/tcp/5002/p2p/12D3KooW…")
            }
        }
        guard addresses.count <= Self.mostAddresses else {
            throw .malformed(
                path: path, found: "\(addresses.count) addresses", expected: "at most \(Self.mostAddresses)")
        }
        return addresses
    }

    /// Puts addresses at the end that the file does not have yet.
    /// - Returns: those that were added.
    func add(_ addresses: [Multiaddr]) throws(DataDirectoryError) -> [Multiaddr] {
        let known = try read()
        let new = addresses.filter { !known.contains($0) }
        guard !new.isEmpty else { return [] }
        guard known.count + new.count <= Self.mostAddresses else {
            throw .malformed(
                path: path, found: "\(known.count) addresses and \(new.count) new ones",
                expected: "at most \(Self.mostAddresses)")
        }
        var bytes: [UInt8] = []
        // What somebody wrote between the addresses stays.
        if case .text(let before) = FileText.read(path, maximumBytes: Self.maximumBytes) { bytes = before }
        if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
        bytes += new.flatMap { Array("\($0)\n".utf8) }
        try SecretFile(path: path).replace(bytes)
        return new
    }
}
