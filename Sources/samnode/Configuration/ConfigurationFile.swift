import Foundation
import YAML

/// A `sam-node.yaml` on disk.
enum ConfigurationFile {
    static let standardPath = "sam-node.yaml"

    /// What came of looking for the file.
    struct Loaded: Equatable, Sendable {
        var configuration: NodeConfiguration
        /// Where it was looked for.
        var path: String
        /// A missing file is an empty configuration, which offers no service; whoever starts a node says so.
        var isMissing: Bool

        /// What the log has to say, `nil` when there is nothing to it.
        var notice: String? {
            guard isMissing else { return nil }
            return "no configuration file at \(path): this node offers no services of its own; "
                + "write one, or name another with --config"
        }
    }

    static func load(path: String) throws(YAMLFileError) -> Loaded {
        switch FileText.read(path, maximumBytes: YAMLReader.Settings().maximumBytes) {
        case .missing:
            return Loaded(configuration: NodeConfiguration(), path: path, isMissing: true)
        case .failed(let reason):
            let message = "found a file that cannot be read (\(reason)), expected a readable YAML file"
            throw YAMLFileError([YAMLFileProblem(file: path, mark: .start, message: message)])
        case .text(let bytes):
            return Loaded(configuration: try decode(bytes, file: path), path: path, isMissing: false)
        }
    }

    /// - Parameter file: the name that problems are reported under.
    static func decode(_ text: [UInt8], file: String) throws(YAMLFileError) -> NodeConfiguration {
        let document = YAMLReader.read(text)
        var decoder = ConfigurationDecoder(file: file, problems: document.problems)
        let configuration = decoder.configuration(document.root)
        guard decoder.problems.isEmpty else {
            throw YAMLFileError(decoder.problems)
        }
        return configuration
    }
}
