import ArgumentParser
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// `samnode demo-backend`
struct DemoBackendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-backend",
        abstract: "Serve a small OpenAI-compatible demo model, to put behind a node.")

    @Option(help: "Port on 127.0.0.1; 0 lets the system choose.")
    var port: UInt16 = 0

    @Option(name: .customLong("tokens-per-second"), help: "Speed of its answers; 0 for no pauses.")
    var tokensPerSecond = 20.0

    @Option(name: .customLong("model"), help: "Id of a model to serve; may be repeated.")
    var models: [String] = []

    @OptionGroup var logging: LogLevelOption

    func validate() throws {
        guard tokensPerSecond >= 0, tokensPerSecond.isFinite else {
            throw ValidationError("--tokens-per-second must be 0 or more.")
        }
    }

    func run() async throws {
        logging.bootstrapLogging()
        var settings = DemoSettings()
        settings.tokensPerSecond = tokensPerSecond
        if !models.isEmpty { settings.models = models }
        let logger = Logger(label: "demo-backend")
        let address = ListenAddress(host: "127.0.0.1", port: Int(port))
        let backend = DemoBackend(address: address, settings: settings, logger: logger) { bound in
            FileHandle.standardOutput.write(Data("Listening on http://\(bound)\n".utf8))
        }
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        var configuration = ServiceGroupConfiguration(
            services: [backend], gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
        configuration.maximumGracefulShutdownDuration = .seconds(5)
        try await ServiceGroup(configuration: configuration).run()
    }
}
