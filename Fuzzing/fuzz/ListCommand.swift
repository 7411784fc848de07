import ArgumentParser
import Fuzzing
import Measuring

/// `fuzz list`: what there is to try.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the decoders.")

    func run() throws {
        var table = TextTable()
        table.add(["decoder", "of", "samples"])
        for target in try FuzzTarget.all() {
            table.add([target.name, target.subject, target.form == .conversation ? "-" : "\(target.samples.count)"])
        }
        print(table.text)
    }
}
