import Gossip
import Logging
import Transport

/// Keeps the node's revocations on disk, and takes in those of an authority in the same data directory.
struct RevocationStore: Sendable {
    private let node: Node
    private let known: RevocationFile
    private let stated: RevocationFile
    private let logger: Logger

    init(node: Node, directory: DataDirectory, logger: Logger) {
        self.node = node
        known = .known(in: directory)
        stated = .stated(in: directory)
        self.logger = logger
    }

    /// Writes the file as soon as something is new, until the node ends.
    func keep() async {
        for await _ in await node.revocationChanges() { await save() }
    }

    func save() async {
        let list = await node.revocations()
        guard list.statementCount > 0 else { return }
        do throws(DataDirectoryError) {
            try known.replace(list.all.map(\.bytes))
        } catch {
            logger.warning("the known revocations could not be written: \(error)")
        }
    }

    /// Looks at the authority's list whenever it has changed, until the task is cancelled.
    func watchTheAuthority() async {
        var seen: [Int]?
        repeat {
            let version = stated.version
            if let version, version != seen { await takeStated() }
            seen = version
        } while (try? await Task.sleep(for: RunSettings.authorityInterval)) != nil
    }

    private func takeStated() async {
        let text: RevocationText
        do throws(DataDirectoryError) {
            text = try stated.read()
        } catch {
            return logger.warning("the authority's revocations are not used: \(error)")
        }
        for line in text.damaged { logger.warning("\(stated.path): line \(line) is no revocation") }
        for (line, acceptance) in zip(text.lines, await node.add(revocations: text.statements)) {
            guard case .refused(let refusal) = acceptance, refusal != .over else { continue }
            logger.warning("\(stated.path): line \(line.number) is not used: \(refusal)")
        }
    }
}
