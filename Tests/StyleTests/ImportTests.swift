import Testing

/// Who may import whom: the table of the architecture.
struct ImportTests {
    private static let collections = [
        "BitCollections", "DequeModule", "HashTreeCollections", "HeapModule", "OrderedCollections",
    ]
    private static let system = ["Darwin", "Glibc", "Musl"]
    private static let pure = ["Overlay", "Gossip", "Biscuit", "Inference"]

    /// Folders and the modules that their files may import; the first folder that fits counts.
    private static let table: [(folder: String, modules: [String])] = [
        ("Sources/Overlay/Identity", ["CSodium", "Synchronization"] + collections),
        ("Sources/YAML", ["CYAML"]),
        ("Sources/Overlay/Wire", ["CSodium", "CZlib", "NIOCore"] + collections),
        ("Sources/Overlay", ["CSodium", "CZlib"] + collections),
        ("Sources/Gossip", ["Overlay"] + collections),
        ("Sources/Biscuit", ["CSodium", "Crypto"]),
        ("Sources/Inference", ["Overlay", "Gossip", "Biscuit"] + collections),
        (
            "Sources/Transport",
            ["Inference", "Overlay", "Gossip", "Logging", "NIOCore", "NIOPosix", "Synchronization"] + collections
                + system
        ),
        (
            "Sources/samnode",
            pure + collections + system + [
                "CSodium", "CZlib", "YAML", "Transport", "ArgumentParser", "AsyncAlgorithms", "AsyncHTTPClient",
                "Foundation",
                "HTTPTypes",
                "Hummingbird", "HummingbirdCore", "JWTKit", "Logging", "Metrics", "NIOCore", "NIOHTTP1", "NIOPosix",
                "NIOHTTPTypes", "NIOHTTPTypesHTTP1", "ServiceLifecycle", "Synchronization", "UnixSignals",
                "CoreMetrics",
            ]
        ),
        ("Fuzzing/Mutations", []),
        ("Fuzzing/Targets", pure + ["Mutations", "YAML"]),
        ("Fuzzing/fuzz", ["AllocationCounter", "ArgumentParser", "Foundation", "Fuzzing", "Measuring"]),
        ("Simulations/Simulator/Threads", system),
        ("Simulations/Simulator/ScenarioFiles", pure + ["YAML"]),
        ("Simulations/Simulator", pure + collections),
        ("Simulations/Reporting", ["Overlay", "Simulator", "Foundation"]),
        (
            "Simulations/simulate",
            pure + ["Simulator", "Reporting", "YAML", "ArgumentParser", "Foundation", "Synchronization"] + system
        ),
    ]

    @Test func everyImportIsInTheTable() {
        for file in SourceTree.swift where !file.path.hasPrefix("Tests/") {
            guard let row = Self.table.first(where: { file.path.hasPrefix($0.folder + "/") }) else { continue }
            for (index, line) in file.code.enumerated() {
                guard let module = Self.imported(line), !row.modules.contains(module) else { continue }
                Issue.record(
                    "\(file.place(index)): \(row.folder) may not import \(module); it may import \(row.modules.joined(separator: ", "))"
                )
            }
        }
    }

    /// The module that a line imports.
    private static func imported(_ line: Substring) -> String? {
        var words = line.split(separator: " ")
        while let first = words.first, first.hasPrefix("@") || first == "public" || first == "internal" {
            words.removeFirst()
        }
        guard words.first == "import", words.count >= 2 else { return nil }
        let kinds: [Substring] = ["struct", "class", "enum", "protocol", "func", "let", "var", "typealias"]
        let name = kinds.contains(words[1]) ? words.dropFirst(2).first : words[1]
        return name?.split(separator: ".").first.map(String.init)
    }
}
