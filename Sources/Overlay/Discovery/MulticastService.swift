/// The names and records under which a node of a mesh is found on its network (RFC 6763, and libp2p's `dnsaddr=`).
struct MulticastService: Sendable {
    /// `_sam-mesh._udp.local`.
    let type: DNSName
    /// `_services._dns-sd._udp.local`: asks which types there are (RFC 6763 section 9).
    let enumeration: DNSName
    /// This node's own name under the type: random, so that it is unique and tells nothing.
    let instance: DNSName
    /// 64 hexadecimal digits.
    private let mesh: String

    private static let meshKey = "mesh="
    private static let addressKey = "dnsaddr="
    private static let instanceLength = 32

    init(mesh: Bytes32, random: inout RandomSource) throws(DNSError) {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
        let label = (0..<Self.instanceLength).map { _ in alphabet[random.below(alphabet.count)] }
        type = try DNSName("_sam-mesh._udp.local")
        enumeration = try DNSName("_services._dns-sd._udp.local")
        instance = try DNSName(labels: [label] + type.labels)
        self.mesh = mesh.description
    }

    func pointer(timeToLive: UInt32) -> DNSRecord { DNSRecord(type, .pointer(instance), timeToLive: timeToLive) }

    func enumerated(timeToLive: UInt32) -> DNSRecord { DNSRecord(enumeration, .pointer(type), timeToLive: timeToLive) }

    /// The mesh, then an address in each further string. An address that no string holds is left out.
    func text(_ addresses: [Multiaddr], timeToLive: UInt32) -> DNSRecord {
        let lines = addresses.map { Self.addressKey + $0.text }.filter { $0.utf8.count <= 255 }
        let strings = [Self.meshKey + mesh] + lines
        return DNSRecord(
            instance, .text(strings.map { Array($0.utf8) }), timeToLive: timeToLive, flushesCache: true)
    }

    /// The addresses that another node of the same mesh gives, and who it is; nil for anything else. Names are not
    /// taken: nobody on the network may choose what this machine looks up.
    func addresses(in strings: [[UInt8]], limit: Int) -> (peer: PeerID, addresses: [Multiaddr])? {
        let lines = strings.compactMap { String(validating: $0, as: UTF8.self) }
        guard lines.contains(Self.meshKey + mesh) else { return nil }
        var peer: PeerID?
        var addresses: [Multiaddr] = []
        for line in lines where line.hasPrefix(Self.addressKey) {
            guard let address = try? Multiaddr(text: line.dropFirst(Self.addressKey.count)), address.ip != nil,
                let named = address.peer, peer == nil || peer == named
            else { continue }
            peer = named
            if addresses.count < limit { addresses.append(address) }
        }
        return peer.map { ($0, addresses) }
    }
}
