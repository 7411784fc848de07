import ArgumentParser

/// `samnode authority init`: makes the key that all tokens of a new mesh are signed with.
struct AuthorityInitCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make the root key of a new mesh; prints its public half.")

    @OptionGroup var directory: DataDirectoryOptions

    func execute(_ console: inout Console) throws(ConsoleError) {
        let directory = try directory.open()
        let pair = try ConsoleError.catching { () throws(DataDirectoryError) in
            try directory.createRootKey(seed: SystemRandom.bytes(32))
        }
        console.note("made \(directory.rootKeyPath): it signs every token of the mesh; back it up, give it to nobody")
        console.note("made \(directory.trustedRootsPath): copy it to the data directory of every node")
        console.note("next: samnode authority issue --peer <peer id> --service 'inference:*'")
        console.print(pair.publicKey.description)
    }
}
