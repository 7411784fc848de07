/// The side that picks from what the other proposes.
struct MultistreamResponder: Sendable {
    /// What the caller has to do now.
    enum Step: Hashable, Sendable {
        /// Wait for more input.
        case needMore
        /// Go on with the protocol; what is left of the input belongs to it.
        case selected(String)
    }

    /// Lines accepted after the header; a peer that tries more is guessing.
    static let maximumProposals = 64

    private var proposals = 0
    private var sawHeader = false

    /// Reads proposals off the front of `input` and writes the answers.
    mutating func receive(
        _ input: inout Bytes, supported: [String], output: inout Bytes
    ) throws(MultistreamMessage.Failure) -> Step {
        if !sawHeader, try MultistreamMessage.takeHeader(&input) {
            sawHeader = true
            MultistreamMessage.header.write(to: &output)
        }
        while sawHeader, let message = try MultistreamMessage.take(&input) {
            proposals += 1
            guard proposals <= Self.maximumProposals else { throw .tooManyProposals }
            switch message {
            case .protocolID(let name) where supported.contains(name):
                message.write(to: &output)
                return .selected(name)
            case .protocolID:
                MultistreamMessage.notAvailable.write(to: &output)
            case .list:
                Self.writeList(supported, to: &output)
            case .header, .notAvailable:
                throw .malformed
            }
        }
        return .needMore
    }

    /// One line that holds a line per protocol, as go-multistream writes it.
    private static func writeList(_ supported: [String], to output: inout Bytes) {
        var lines = Bytes()
        for name in supported { MultistreamMessage.protocolID(name).write(to: &lines) }
        MultistreamMessage.writeLine(lines.array, to: &output)
    }
}
