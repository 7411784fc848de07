import Biscuit

/// Where tokens come from and go to on the command line.
enum TokenFile {
    /// Reads a token: `-` is standard input, the name of a file its content, anything else is the token itself.
    static func read(_ argument: String, console: Console) throws(ConsoleError) -> Token {
        try EncodedInput<Token>.token.read(argument, console: console)
    }

    /// Prints a token, or writes it to a file that only this user can read.
    static func deliver(_ token: Token, to path: String?, console: inout Console) throws(ConsoleError) {
        guard let path else { return console.print(token.text) }
        try write(token, to: path, console: &console)
    }

    /// Writes a token to a file that only this user can read.
    static func write(_ token: Token, to path: String, console: inout Console) throws(ConsoleError) {
        try ConsoleError.catching { () throws(DataDirectoryError) in
            try SecretFile(path: path).replace(Array((token.text + "\n").utf8))
        }
        console.note("wrote \(path)")
    }
}
