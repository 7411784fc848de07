import Mutations

/// One attempt at a target: what it is given, and the random numbers that are left for it.
package struct FuzzInput: Sendable {
    /// Empty for conversations.
    package let bytes: [UInt8]
    var random: FuzzRandom
}
