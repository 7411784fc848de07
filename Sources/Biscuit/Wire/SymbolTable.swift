/// The strings and keys that blocks name by number (SPECIFICATIONS.md, "Symbol table" and "Public key tables").
///
/// Numbers below 1024 are reserved for the default symbols; the strings of blocks start at 1024.
struct SymbolTable: Sendable {
    private(set) var arena: ByteArena
    private(set) var publicKeys: [PublicKey] = []

    static let firstCustomID: UInt64 = 1024

    static let defaultSymbols = [
        "read", "write", "resource", "operation", "right", "time", "role", "owner", "tenant", "namespace", "user",
        "team", "service", "admin", "email", "group", "member", "ip_address", "client", "client_ip", "domain", "path",
        "version", "cluster", "node", "hostname", "nonce", "query",
    ]

    private static let defaultArena = {
        var arena = ByteArena()
        for symbol in defaultSymbols { _ = arena.intern(symbol) }
        return arena
    }()

    init() {
        arena = Self.defaultArena
    }

    /// How many strings were added to the default ones.
    var customCount: Int { arena.count - Self.defaultSymbols.count }

    /// The strings added from `start` on.
    func customStrings(from start: Int) -> [String] {
        (start..<customCount).map { arena.string(UInt32($0 + Self.defaultSymbols.count)) }
    }

    /// The number of `string` on the wire, which is added if it is new.
    mutating func insert(_ string: String) -> UInt64 {
        wireID(arena.intern(string))
    }

    /// Adds a string a block declares; false when it is known already, which makes the block invalid.
    mutating func declare(_ string: String) -> Bool {
        let count = arena.count
        _ = arena.intern(string)
        return arena.count > count
    }

    mutating func insert(_ key: PublicKey) -> UInt64 {
        if let index = publicKeys.firstIndex(of: key) { return UInt64(index) }
        publicKeys.append(key)
        return UInt64(publicKeys.count - 1)
    }

    /// Adds a key a block declares; false when it is known already, which makes the block invalid.
    mutating func declare(_ key: PublicKey) -> Bool {
        guard !publicKeys.contains(key) else { return false }
        publicKeys.append(key)
        return true
    }

    func key(_ id: UInt64) -> PublicKey? {
        id < UInt64(publicKeys.count) ? publicKeys[Int(id)] : nil
    }

    /// The number of a symbol in `arena`, or `nil` when no string has this number on the wire.
    func arenaID(_ wireID: UInt64) -> UInt32? {
        let defaults = UInt64(Self.defaultSymbols.count)
        if wireID < defaults { return UInt32(wireID) }
        guard wireID >= Self.firstCustomID, wireID - Self.firstCustomID < UInt64(customCount) else { return nil }
        return UInt32(wireID - Self.firstCustomID + defaults)
    }

    func string(_ wireID: UInt64) -> String? {
        arenaID(wireID).map(arena.string)
    }

    private func wireID(_ arenaID: UInt32) -> UInt64 {
        let defaults = UInt32(Self.defaultSymbols.count)
        return arenaID < defaults ? UInt64(arenaID) : UInt64(arenaID - defaults) + Self.firstCustomID
    }
}
