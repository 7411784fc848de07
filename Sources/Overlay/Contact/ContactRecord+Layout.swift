extension ContactRecord {
    /// Where the public key stands: behind the version and the roles.
    private static let keyOffset = 2

    /// The node that a record claims to be about, without reading the rest; nil when the bytes are too few.
    static func peer(in bytes: [UInt8]) -> PeerID? {
        PublicKey(bytes.dropFirst(keyOffset).prefix(PublicKey.length)).map(PeerID.init)
    }

    /// Reads everything up to the signature, and that the signature is all that follows.
    static func contact(in bytes: [UInt8], settings: ContactSettings) throws(ContactRefusal) -> Contact {
        do {
            var reader = Reader(bytes)
            let version = try reader.uint8()
            guard version == Self.version else { throw ContactRefusal.unknownVersion(version) }
            let roles = ContactRoles(rawValue: try reader.uint8())
            let peer = PeerID(PublicKey(bytes: try reader.bytes32()))
            let sequence = try reader.uint64()
            let issuedAt = WallTime(milliseconds: try reader.uint64())
            let timeToLive = TimeSpan.seconds(UInt64(try reader.uint32()))
            guard timeToLive > .zero, timeToLive <= settings.timeToLive else {
                throw ContactRefusal.badTimeToLive(timeToLive)
            }
            let addresses = try addresses(from: &reader, settings: settings)
            _ = try reader.bytes(Ed25519.signatureLength)
            try reader.end()
            return Contact(
                peer: peer, sequence: sequence, issuedAt: issuedAt, timeToLive: timeToLive, roles: roles,
                addresses: addresses)
        } catch let error as WireError {
            throw .malformed(error)
        } catch let refusal as ContactRefusal {
            throw refusal
        } catch {
            preconditionFailure("a contact record failed with \(error)")
        }
    }

    /// Everything that is signed, in its order on the wire.
    static func body(of contact: Contact) -> [UInt8] {
        var writer = Writer()
        writer.uint8(version)
        writer.uint8(contact.roles.rawValue)
        writer.bytes32(contact.peer.publicKey.bytes)
        writer.uint64(contact.sequence)
        writer.uint64(contact.issuedAt.milliseconds)
        writer.uint32(UInt32(clamping: contact.timeToLive.seconds))
        writer.uint8(UInt8(clamping: contact.addresses.count))
        for address in contact.addresses {
            let encoded = address.encoded
            writer.uint8(UInt8(clamping: encoded.count))
            writer.raw(encoded)
        }
        return writer.array
    }

    private static func addresses(from reader: inout Reader, settings: ContactSettings) throws -> [Multiaddr] {
        let count = Int(try reader.uint8())
        guard count <= settings.addressCount else { throw ContactRefusal.tooManyAddresses(count) }
        var addresses: [Multiaddr] = []
        addresses.reserveCapacity(count)
        for _ in 0..<count {
            let length = Int(try reader.uint8())
            guard length > 0, length <= settings.addressLength else { throw ContactRefusal.badAddressLength(length) }
            addresses.append(try Multiaddr(reader.array(length)))
        }
        return addresses
    }
}
