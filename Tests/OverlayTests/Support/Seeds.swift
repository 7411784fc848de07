import Foundation

/// Seeds of tests that draw what they do.
///
/// `SAMNODE_SEEDS` sets how many are run instead of those of every day, `SAMNODE_FIRST_SEED` where they start.
enum Seeds {
    static func range(_ usual: UInt64) -> Range<UInt64> {
        let first = setting("SAMNODE_FIRST_SEED") ?? 1
        return first..<first + (setting("SAMNODE_SEEDS") ?? usual)
    }

    private static func setting(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
    }
}
