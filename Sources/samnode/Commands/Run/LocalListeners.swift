import Foundation

/// Where the local API listens and what it asks for, as the command line and the data directory say.
enum LocalListeners {
    static func make(_ command: RunCommand, _ directory: DataDirectory) throws(ConsoleError) -> LocalAPI.Listeners {
        let socketPath = command.socketPath ?? directory.path(of: "sam.sock")
        return LocalAPI.Listeners(
            tcp: try tcp(command, directory), unixSocketPath: socketPath.isEmpty ? nil : socketPath)
    }

    private static func tcp(
        _ command: RunCommand, _ directory: DataDirectory
    ) throws(ConsoleError) -> (address: ListenAddress, token: APIToken)? {
        guard !command.bindAddr.isEmpty else { return nil }
        let text = try tokenText(command.apiTokenPath, directory)
        do throws(LocalAPIError) {
            return (try ListenAddress(command.bindAddr), try APIToken(text))
        } catch {
            throw ConsoleError(.usage, "--bind-addr \(command.bindAddr): \(error)")
        }
    }

    /// SAM's environment variable comes first, then the file that was named, then the data directory's own.
    private static func tokenText(_ path: String?, _ directory: DataDirectory) throws(ConsoleError) -> String {
        if let token = ProcessInfo.processInfo.environment["SAM_API_TOKEN"], !token.isEmpty { return token }
        guard let path else {
            return try ConsoleError.catching { () throws(DataDirectoryError) in try directory.readOrCreateAPIToken() }
        }
        guard !path.isEmpty else {
            throw ConsoleError(
                .usage,
                "token is mandatory when not using mTLS: name a file with --api-token-path, leave the option out to have "
                    + "one made, or turn TCP off with --bind-addr \"\"")
        }
        let bytes = try FileText.readExisting(path, maximumBytes: RunSettings.apiTokenFileCapacity)
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
