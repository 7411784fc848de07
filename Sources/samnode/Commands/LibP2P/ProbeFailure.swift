/// Why a dialed peer was not found to be a libp2p node that talks to this one.
struct ProbeFailure: Error, Equatable, CustomStringConvertible {
    let description: String
}
