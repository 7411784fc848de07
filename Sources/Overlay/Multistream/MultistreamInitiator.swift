/// The side that proposes protocols, best first. The header and the first proposal go out together; with only one
/// proposal the caller may send the protocol's own bytes right behind it, because a listener reads exactly the lines
/// and leaves the rest to the protocol.
struct MultistreamInitiator: Sendable {
    /// What the caller has to do now.
    enum Step: Hashable, Sendable {
        /// Wait for more input.
        case needMore
        /// Go on with the protocol; what is left of the input belongs to it.
        case selected(String)
        /// All proposals were refused.
        case refused
    }

    private var proposals: ArraySlice<String>
    private var sawHeader = false

    /// - Precondition: there is at least one proposal.
    init(proposals: [String]) {
        precondition(!proposals.isEmpty, "a negotiation needs a proposal")
        self.proposals = proposals[...]
    }

    /// The first bytes of this side.
    func start(into output: inout Bytes) {
        MultistreamMessage.header.write(to: &output)
        propose(into: &output)
    }

    private func propose(into output: inout Bytes) {
        guard let proposal = proposals.first else { return }
        MultistreamMessage.protocolID(proposal).write(to: &output)
    }

    /// Reads answers off the front of `input`.
    mutating func receive(
        _ input: inout Bytes, output: inout Bytes
    ) throws(MultistreamMessage.Failure) -> Step {
        if !sawHeader { sawHeader = try MultistreamMessage.takeHeader(&input) }
        while sawHeader, let message = try MultistreamMessage.take(&input) {
            switch message {
            case .protocolID(let name):
                guard name == proposals.first else { throw .malformed }
                return .selected(name)
            case .notAvailable:
                proposals.removeFirst()
                if proposals.isEmpty { return .refused }
                propose(into: &output)
            case .header, .list:
                throw .malformed
            }
        }
        return .needMore
    }
}
