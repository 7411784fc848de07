import YAML

/// What a command ends with when it cannot do what it was asked: a line for the user, and an exit code for scripts.
struct ConsoleError: Error, Equatable, Sendable, CustomStringConvertible {
    var exit: ConsoleExit
    /// What is wrong and what to do next.
    var message: String

    var description: String { message }

    init(_ exit: ConsoleExit, _ message: String) {
        self.exit = exit
        self.message = message
    }

    init(_ error: DataDirectoryError) {
        let exit: ConsoleExit =
            switch error {
            case .noHome: .usage
            case .cannotRead, .missing, .notADirectory: .noInput
            case .cannotCreate, .cannotWrite, .exists: .cannotCreate
            case .foreign, .writableByOthers, .exposedSecret: .noPermission
            case .malformed: .data
            case .inUse: .unavailable
            }
        self.init(exit, error.description)
    }

    init(_ error: YAMLFileError) {
        self.init(.configuration, error.description)
    }

    /// Runs something on the data directory.
    static func catching<Value>(_ body: () throws(DataDirectoryError) -> Value) throws(ConsoleError) -> Value {
        do throws(DataDirectoryError) {
            return try body()
        } catch {
            throw ConsoleError(error)
        }
    }
}

extension FileText {
    /// A file that somebody named, whole.
    static func readExisting(_ path: String, maximumBytes: Int) throws(ConsoleError) -> [UInt8] {
        switch read(path, maximumBytes: maximumBytes) {
        case .missing: throw ConsoleError(.noInput, "there is no file \(path); check the name")
        case .failed(let reason): throw ConsoleError(.noInput, "cannot read \(path): \(reason); make it readable")
        case .text(let bytes):
            guard bytes.count <= maximumBytes else {
                throw ConsoleError(.data, "\(path) has more than \(maximumBytes) bytes; give a smaller file")
            }
            return bytes
        }
    }
}
