import CSodium

/// Comparison whose duration says nothing about where two values differ.
public enum ConstantTime {
    /// Whether both have the same bytes; values of different length differ at once.
    public static func equal(_ left: some ByteStorage, _ right: some ByteStorage) -> Bool {
        left.withBytes { leftBytes in
            right.withBytes { rightBytes in
                guard leftBytes.count == rightBytes.count else { return false }
                guard let first = leftBytes.baseAddress, let second = rightBytes.baseAddress else { return true }
                return sodium_memcmp(first, second, leftBytes.count) == 0
            }
        }
    }
}
