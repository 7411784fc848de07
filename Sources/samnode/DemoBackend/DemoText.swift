/// Writes the demo model's answers. It is no language model and says so.
enum DemoText {
    private static let sentences = [
        "Every node of the mesh is equal, so there is no server whose failure would end it.",
        "News travels by gossip: each node tells a few others, and soon all of them know.",
        "A host announces a service only while the backend behind it answers.",
        "A relay passes on what it cannot read, since the two ends encrypt between themselves.",
        "Who may use a service is decided by a signed token that the host checks on its own.",
        "When one host fails before it has answered, the request goes to the next one.",
        "A stream flows no faster than its reader reads, along the whole way.",
        "The key of a provider stays on the host that holds it.",
    ]

    /// The answer to a question, in pieces of about one word; the same question gives the same answer.
    static func answer(to question: String, model: String) -> [String] {
        let words = question.split(whereSeparator: \.isWhitespace)
        let shown = words.prefix(24).joined(separator: " ") + (words.count > 24 ? " ..." : "")
        let about = shown.isEmpty ? "You asked nothing." : "You asked: \"\(shown)\"."
        let first = Int(FeatureHash.of(question, seed: 0) % UInt64(sentences.count))
        let facts = (0..<3).map { sentences[(first + $0 * 3) % sentences.count] }
        let text =
            "This is \(model), a demo model: it picks prepared sentences and understands nothing. \(about) "
            + "Here is what it can say about the mesh that carried your question. " + facts.joined(separator: " ")
        return pieces(of: text)
    }

    /// Words with the space before them.
    static func pieces(of text: String) -> [String] {
        var pieces: [String] = []
        for word in text.split(separator: " ", omittingEmptySubsequences: true) {
            pieces.append(pieces.isEmpty ? String(word) : " " + word)
        }
        return pieces
    }
}

/// FNV-1a of 64 bits, whose result does not change from process to process.
enum FeatureHash {
    static func of(_ text: some StringProtocol, seed: UInt64) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ seed
        for byte in text.utf8 {
            hash ^= UInt64(byte)
            hash = hash &* 0x100_0000_01B3
        }
        // FNV's low bits are weak for short words.
        hash ^= hash >> 32
        return hash
    }
}
