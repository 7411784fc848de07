/// Finds code that is as it is in its file, in the lines of Linux's `/proc/self/smaps` (proc_pid_smaps(5)).
///
/// A page that a debugger or the loader has changed is kept in memory only, so a mapping with such pages is left out, and so is
/// all that can be written.
struct MappingScan {
    /// Addresses of the mappings found so far.
    private(set) var unchanged: [Range<UInt>] = []
    private var mapping: Range<UInt>?

    /// Takes the next line.
    mutating func take(_ line: String) {
        let fields = line.split(whereSeparator: \.isWhitespace)
        guard let first = fields.first else { return }
        if first == "Anonymous:" {
            if let mapping, fields.count > 1, fields[1] == "0" { unchanged.append(mapping) }
            mapping = nil
        } else if !first.hasSuffix(":") {
            mapping = Self.code(fields)
        }
    }

    /// The addresses of a mapping: `addresses permissions offset device inode path`. Nil when it is no file's code.
    private static func code(_ fields: [Substring]) -> Range<UInt>? {
        guard fields.count > 5, fields[1] == "r-xp", fields[4] != "0", fields[5].hasPrefix("/") else { return nil }
        let ends = fields[0].split(separator: "-").map { UInt($0, radix: 16) }
        guard ends.count == 2, let start = ends[0], let end = ends[1], start < end else { return nil }
        return start..<end
    }
}
