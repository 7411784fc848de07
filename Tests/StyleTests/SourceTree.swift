import Foundation

/// One text file of the package.
struct TextFile: Sendable {
    /// From the root of the package, such as `Sources/Overlay/Wire/Bytes.swift`.
    let path: String
    let text: String

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}

/// The files of the package that people write.
enum SourceTree {
    static let root: URL = {
        var root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        for _ in 0..<3 { root.deleteLastPathComponent() }
        return root
    }()

    /// Every Swift file of sources, simulations, fuzzing and tests, taken apart once.
    static let swift: [SwiftFile] =
        ["Sources", "Simulations", "Fuzzing", "Tests"].flatMap { files(under: $0) }
        .filter { $0.path.hasSuffix(".swift") }
        .map(SwiftFile.init)

    /// Everything else that is text: documents, scripts, deployment.
    static let other: [TextFile] =
        ["docs", "scripts", "deploy", ".ci"].flatMap { files(under: $0) }
        + ["README.md", "Package.swift", "Containerfile"].compactMap(file)

    private static func files(under folder: String) -> [TextFile] {
        let base = root.appending(path: folder)
        let walk = FileManager.default.enumerator(atPath: base.path)
        let names = walk?.compactMap { $0 as? String } ?? []
        return names.filter { !$0.contains("__pycache__") }.sorted().compactMap { file("\(folder)/\($0)") }
    }

    /// Nil for folders, binary files and files that are not there.
    private static func file(_ path: String) -> TextFile? {
        guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else { return nil }
        return TextFile(path: path, text: text)
    }
}
