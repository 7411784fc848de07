extension Multiaddr {
    /// Parses the text form. Names of protocols and the forms of their values are checked; `/ipfs/` is read as `/p2p/`.
    public init(text: some StringProtocol) throws(WireError) {
        guard text.hasPrefix("/") else { throw .invalid(.addressSyntax) }
        guard text.utf8.count <= 4 * Self.maximumLength else { throw .tooLong(limit: 4 * Self.maximumLength) }
        var parts = String(text.dropFirst(1)).split(separator: "/", omittingEmptySubsequences: false).map(String.init)[
            ...]
        while parts.last == "" { parts.removeLast() }
        var components: [Component] = []
        while let name = parts.popFirst() {
            guard let known = AddressProtocol(name: name) else { throw .invalid(.addressName) }
            let value = try known.form.parse(&parts)
            try known.form.check(value)
            components.append(Component(code: known, value: value))
        }
        guard !components.isEmpty else { throw .invalid(.emptyAddress) }
        self.init(checked: components)
        guard encoded.count <= Self.maximumLength else { throw .tooLong(limit: Self.maximumLength) }
    }

    /// The canonical text form.
    public var text: String {
        components.map { component in
            let value = component.code.form.print(component.value)
            return "/" + component.code.name + (value.isEmpty ? "" : "/" + value)
        }.joined()
    }
}

extension Multiaddr: CustomStringConvertible {
    public var description: String { text }
}

extension AddressProtocol.Form {
    /// Takes the parts of the text that belong to the value.
    fileprivate func parse(_ parts: inout ArraySlice<String>) throws(WireError) -> [UInt8] {
        if case .none = self { return [] }
        if case .path = self {
            defer { parts = [] }
            return parts.isEmpty ? [] : Array(("/" + parts.joined(separator: "/")).utf8)
        }
        guard let text = parts.popFirst() else { throw .invalid(.addressValue) }
        switch self {
        case .none, .path: return []
        case .ipv4, .ipv6: return try address(text)
        case .port: return try number(text, bytes: 2)
        case .byte: return try number(text, bytes: 1)
        case .number: return try number(text, bytes: 8)
        case .text: return Array(text.utf8)
        case .escapedText: return try unescape(text)
        case .peerID: return try LibP2PPeerID(text: text).encoded
        case .digest: return try Multibase.decode(text).bytes
        }
    }

    private func address(_ text: String) throws(WireError) -> [UInt8] {
        guard let address = IPAddress(text), address.bytes.count == fixedLength else {
            throw .invalid(.addressValue)
        }
        return address.bytes
    }

    private func number(_ text: String, bytes count: Int) throws(WireError) -> [UInt8] {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = UInt64(text),
            count == 8 || value < 1 << UInt64(count * 8)
        else { throw .invalid(.addressValue) }
        return (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64((count - 1 - $0) * 8)) }
    }

    private func unescape(_ text: String) throws(WireError) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let character = rest.popFirst() {
            guard character == UInt8(ascii: "%") else {
                bytes.append(character)
                continue
            }
            guard rest.count >= 2 else { throw .badText }
            bytes += try Hexadecimal.decode(String(decoding: rest.prefix(2), as: UTF8.self))
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    fileprivate func print(_ value: [UInt8]) -> String {
        switch self {
        case .none: ""
        case .ipv4, .ipv6: IPAddress(bytes: value).map(\.description) ?? ""
        case .port, .byte, .number: String(value.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        case .text: String(decoding: value, as: UTF8.self)
        case .path: String(decoding: value.drop { $0 == UInt8(ascii: "/") }, as: UTF8.self)
        case .escapedText: escape(value)
        case .peerID: Base58.encode(value)
        case .digest: Multibase.base64url.encode(value)
        }
    }

    private func escape(_ value: [UInt8]) -> String {
        let unreserved = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        return value.map { byte in
            unreserved.contains(byte)
                ? String(UnicodeScalar(byte)) : "%" + Hexadecimal.encode([byte]).uppercased()
        }.joined()
    }
}
