import Biscuit
import YAML

/// Datalog that somebody wrote into a file or on the command line.
enum DatalogInput {
    private static let maximumBytes = 64 * 1024

    /// Reads a file of Datalog; what is wrong with it is said with its line and column.
    /// - Parameter noun: what it is called in messages.
    static func read<Value>(
        _ path: String, _ noun: String, _ parse: (String) throws(SyntaxError) -> Value
    ) throws(ConsoleError) -> Value {
        let bytes = try FileText.readExisting(path, maximumBytes: maximumBytes)
        guard let source = String(validating: bytes, as: UTF8.self) else {
            throw ConsoleError(.data, "\(path) is not UTF-8; give the \(noun) as text")
        }
        do throws(SyntaxError) {
            return try parse(source)
        } catch {
            throw ConsoleError(.data, "\(path):\(error.line):\(error.column): \(error.message); correct the \(noun)")
        }
    }

    /// A block from a file, from an option's text, or from both.
    static func block(file: String?, text: String?) throws(ConsoleError) -> BlockBuilder {
        var block = BlockBuilder()
        if let file {
            block.add(try read(file, "block") { source throws(SyntaxError) in try BlockBuilder(source) })
        }
        if let text {
            do throws(SyntaxError) {
                block.add(try BlockBuilder(text))
            } catch {
                throw ConsoleError(.data, "--block \(text.quotedForMessage): \(error); correct the block")
            }
        }
        return block
    }

    static func fact(_ text: String) throws -> Fact {
        do throws(SyntaxError) {
            return try Fact(source: text)
        } catch {
            throw InvalidArgument("expected a fact, like right(\"file1\", \"read\"); \(error)")
        }
    }
}

extension BlockBuilder {
    /// Adds what another block says; facts that are there already are not added again.
    mutating func add(_ other: BlockBuilder) {
        for fact in other.facts where !facts.contains(fact) { facts.append(fact) }
        rules += other.rules
        checks += other.checks
        scopes += other.scopes
    }
}
