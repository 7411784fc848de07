import Foundation
import Testing

@testable import samnode

struct ProgramPagesTests {
    private static let smaps = """
        55d0c8a00000-55d0c8b00000 r--p 00000000 08:01 11    /usr/bin/samnode
        Rss:                 128 kB
        Anonymous:             0 kB
        VmFlags: rd mr mw me
        55d0c8b00000-55d0c8c00000 r-xp 00100000 08:01 11    /usr/bin/samnode
        Rss:                 128 kB
        Anonymous:             0 kB
        VmFlags: rd ex mr mw me
        55d0c8c00000-55d0c8d00000 rwxp 00200000 08:01 11    /usr/bin/samnode
        Anonymous:             0 kB
        7f0000000000-7f0000100000 r-xp 00000000 08:01 12    /usr/lib/a library
        Anonymous:             4 kB
        7f0000100000-7f0000200000 r-xp 00000000 08:01 13    /usr/lib/b library
        Anonymous:             0 kB
        7f0000200000-7f0000300000 r-xp 00000000 00:00 0
        Anonymous:             0 kB
        7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0     [vdso]
        Anonymous:             0 kB
        """

    private func unchanged(_ text: some StringProtocol) -> [Range<UInt>] {
        var scan = MappingScan()
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) { scan.take(String(line)) }
        return scan.unchanged
    }

    @Test func onlyCodeThatIsAsInItsFileIsFound() {
        #expect(unchanged(Self.smaps) == [0x55d0_c8b0_0000..<0x55d0_c8c0_0000, 0x7f00_0010_0000..<0x7f00_0020_0000])
    }

    @Test func textThatEndsAnywhereFindsNothingElse() {
        let all = unchanged(Self.smaps)
        for length in 0..<Self.smaps.count {
            let found = unchanged(Self.smaps.prefix(length))
            #expect(found == Array(all.prefix(found.count)), "the first \(length) characters")
        }
    }

    @Test(arguments: [
        "", "-", "1-2", "2-1 r-xp 0 0 1 /a", "zz-1 r-xp 0 0 1 /a", "1-2-3 r-xp 0 0 1 /a", "1 r-xp 0 0 1 /a",
        "1-ffffffffffffffffff r-xp 0 0 1 /a",
    ])
    func whatIsNoMappingIsSkipped(line: String) {
        #expect(unchanged(line + "\nAnonymous: 0 kB") == [])
        #expect(unchanged("1-2 r-xp 0 0 1 /a\n\(line)\nAnonymous:") == [])
    }

    #if os(Linux)
        /// A file's pages, mapped as code.
        private final class Code {
            static let size = 16 * 4_096
            let start: UnsafeMutableRawPointer

            init(_ path: String) throws {
                let file = open(path, O_RDONLY | O_CLOEXEC)
                defer { close(file) }
                start = try #require(mmap(nil, Self.size, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0))
                try #require(start != MAP_FAILED)
            }

            deinit { munmap(start, Self.size) }

            var bytes: [UInt8] { Array(UnsafeRawBufferPointer(start: start, count: Self.size)) }

            /// How many kB of it are in memory.
            func resident() throws -> Int {
                guard case .text(let bytes) = FileText.read("/proc/self/smaps", maximumBytes: 16 << 20) else {
                    return 0
                }
                let smaps = String(decoding: bytes, as: UTF8.self)
                let name = String(UInt(bitPattern: start), radix: 16) + "-"
                let own = try #require(smaps.firstRange(of: "\n" + name))
                let line = try #require(smaps[own.upperBound...].split(separator: "\n").first { $0.hasPrefix("Rss:") })
                return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
            }
        }

        @Test func pagesAreGivenBackAndReadAgain() throws {
            let path = "/tmp/sam-\(UInt32.random(in: 0 ... .max))"
            let content = (0..<Code.size).map { UInt8(truncatingIfNeeded: $0 / 4_096 + 1) }
            try Data(content).write(to: URL(fileURLWithPath: path))
            defer { try? FileManager.default.removeItem(atPath: path) }
            let (code, changed) = (try Code(path), try Code(path))
            #expect(code.bytes == content && changed.bytes == content)
            #expect(mprotect(changed.start, Code.size, PROT_READ | PROT_WRITE) == 0)
            changed.start.storeBytes(of: 77, as: UInt8.self)
            #expect(mprotect(changed.start, Code.size, PROT_READ | PROT_EXEC) == 0)
            #expect(try code.resident() == Code.size / 1_024)

            ProgramPages.release()
            #expect(try code.resident() == 0)
            #expect(code.bytes == content)
            #expect(changed.bytes == [77] + content.dropFirst(), "what is in no file is kept")
        }
    #endif
}
