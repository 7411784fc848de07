#if canImport(Glibc)
    import Foundation
    import Glibc
#endif

/// The memory in which the program itself lies.
enum ProgramPages {
    /// Takes the pages of program code out of the memory that the process has resident. Those that are used come back from the
    /// system's cache of files, one soft fault each; those that only the start needed, most of them, do not.
    ///
    /// Only mappings of files that may be executed and not written, and of which no page was changed: their pages are the
    /// file's. Does nothing where there is no /proc.
    static func release() {
        #if canImport(Glibc)
            guard let maps = try? String(contentsOfFile: "/proc/self/smaps", encoding: .utf8) else { return }
            var candidate: Mapping?
            for line in maps.split(separator: "\n") {
                if let mapping = Mapping(line) { candidate = mapping.isCode ? mapping : nil }
                guard line.hasPrefix("Anonymous:"), let mapping = candidate else { continue }
                if line.hasSuffix(" 0 kB") { mapping.release() }
                candidate = nil
            }
        #endif
    }
}

#if canImport(Glibc)
    /// One line of /proc/self/maps: range, permissions, offset, device, inode, path.
    private struct Mapping {
        private let start: UInt
        private let end: UInt
        let isCode: Bool

        init?(_ line: Substring) {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count >= 5, let dash = words[0].firstIndex(of: "-"),
                let start = UInt(words[0][..<dash], radix: 16),
                let end = UInt(words[0][words[0].index(after: dash)...], radix: 16), start < end
            else { return nil }
            self.start = start
            self.end = end
            // Without an inode it is no file's.
            isCode = words[1] == "r-xp" && words[4] != "0"
        }

        func release() {
            guard let address = UnsafeMutableRawPointer(bitPattern: start) else { return }
            madvise(address, Int(end - start), Int32(MADV_DONTNEED))
        }
    }
#endif
