import Foundation

/// The pages of the program and its libraries that are in memory.
///
/// A start runs through code once that an idle node never needs again: the loader, the search of conformances in every
/// library, the command line, the configuration. Those pages stay with the process until the whole machine runs short. Given
/// back, a page that is needed all the same is mapped again out of the system's file cache.
enum ProgramPages {
    /// Gives back the pages of all code that is as it is in its file. Does nothing on other systems than Linux.
    static func release() {
        #if os(Linux)
            for range in unchanged() {
                guard let start = UnsafeMutableRawPointer(bitPattern: range.lowerBound) else { continue }
                // A mapping that refuses keeps its pages, which harms nothing.
                madvise(start, range.count, MADV_DONTNEED)
            }
        #endif
    }

    /// Read line by line: the whole text has 200 kB, which would stay with the process.
    private static func unchanged() -> [Range<UInt>] {
        guard let file = fopen("/proc/self/smaps", "re") else { return [] }
        defer { fclose(file) }
        var scan = MappingScan()
        var line = [CChar](repeating: 0, count: 4_096)
        while fgets(&line, Int32(line.count), file) != nil {
            scan.take(String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        return scan.unchanged
    }
}
