import Foundation
import Overlay

/// The machine's calendar clock.
enum SystemClock {
    static func now() -> WallTime {
        WallTime(milliseconds: UInt64(clamping: Int64(Date().timeIntervalSince1970 * 1_000)))
    }
}
