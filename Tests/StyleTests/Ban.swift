/// Something that code must not contain, with what to write instead.
struct Ban: Sendable {
    let pattern: @Sendable () -> Regex<Substring>
    /// How it is named in messages.
    let name: String
    /// Code in which it stands.
    let example: String
    let instead: String
    /// Words of a comment above it that make it all right.
    var excuses: [String] = []

    /// Every place in a file's code where it stands.
    func violations(in file: SwiftFile, marker: Substring? = nil) -> [String] {
        // As in code: `Task.sleep` is two words.
        let pattern = pattern().wordBoundaryKind(.simple)
        return file.code.indices.compactMap { index in
            if let marker, !marker.isEmpty, !file.code[index].contains(marker) { return nil }
            guard file.code[index].contains(pattern) else { return nil }
            guard excuses.isEmpty || !file.isExplained(index, by: excuses) else { return nil }
            return "\(file.place(index)): \(name) is banned here; \(instead)"
        }
    }
}
