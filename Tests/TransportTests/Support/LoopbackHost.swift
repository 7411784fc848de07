/// Loopback addresses that tests listen on.
///
/// A port that was freed on an address of all tests may be given to another one's connection at once. A test that
/// counts on such a port has an address of its own.
enum LoopbackHost {
    static let shared = "127.0.0.1"

    /// The address of one test, told apart by `number`. Systems other than Linux have one loopback address only.
    static func own(_ number: UInt8) -> String {
        #if os(Linux)
            "127.0.84.\(number)"
        #else
            shared
        #endif
    }
}
