import Foundation

/// Programs of others that are measured beside this one.
enum Competitor {
    /// The package's folder, where the scripts lie that drive them.
    static let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// `SAM_PYTHON`, the package's virtual environment, or `python3`.
    static var interpreter: String {
        if let named = ProcessInfo.processInfo.environment["SAM_PYTHON"] { return named }
        let local = package + "/.venv/bin/python"
        return FileManager.default.isExecutableFile(atPath: local) ? local : "python3"
    }

    /// A script beside this program's sources, with the modules of the tests at hand.
    /// - Returns: nil, after saying why and what to do about it, when it cannot run.
    static func script(_ name: String, _ arguments: String..., interpreter: String = interpreter) -> Worker? {
        let folders = ["Tests/Interop", "Tests/Support"].map { "\(package)/\($0)" }
        do {
            let worker = try Worker(
                [interpreter, "\(package)/Benchmarks/OverlayBenchmark/Competitors/\(name)"] + arguments,
                environment: ["PYTHONPATH": folders.joined(separator: ":"), "PYTHONDONTWRITEBYTECODE": "1"])
            let first = try worker.line()
            if first == "ready" { return worker }
            print("not measured: \(first)")
        } catch {
            print("not measured: \(error)")
        }
        return nil
    }
}
