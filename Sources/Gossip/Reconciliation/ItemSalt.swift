import Overlay

/// Makes the ids of one comparison. Sums of plain ids could be aimed at: who signs many entries finds two sets of them with
/// the same sum in far fewer than 2^128 tries, gives one to each half of a mesh, and no comparison would find the difference.
/// Ids hashed with a number that is drawn when the comparison begins have no sum that anybody knew before.
struct ItemSalt {
    /// Nil without a salt.
    private let salted: SHA256?

    /// - Parameter number: of the comparison. Zero leaves ids as they are, so that two catalogs can be reconciled by any
    ///   implementation of negentropy.
    init(_ number: UInt32) {
        guard number != 0 else {
            salted = nil
            return
        }
        var salted = SHA256()
        salted.update(withUnsafeBytes(of: number.bigEndian) { Array($0) })
        self.salted = salted
    }

    /// SHA-256 over the salt, four bytes, and the digest of an entry.
    func id(of digest: Bytes32) -> Bytes32 {
        guard var hash = salted else { return digest }
        hash.update(digest)
        return hash.finish()
    }
}
