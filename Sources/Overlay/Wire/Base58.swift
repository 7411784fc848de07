/// base58btc, the alphabet of peer ids.
public enum Base58 {
    static let bitcoin = PositionalBase("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")

    /// Each leading zero byte becomes a `1`.
    public static func encode(_ bytes: [UInt8]) -> String { bitcoin.encode(bytes) }

    /// Refuses characters outside the alphabet and texts above 4,096 characters.
    public static func decode(_ text: some StringProtocol) throws(WireError) -> [UInt8] { try bitcoin.decode(text) }
}
