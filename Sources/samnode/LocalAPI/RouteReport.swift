/// The answer of `GET /sam/node/route?model=`: what a request would try, in order.
struct RouteReport: Codable, Equatable, Sendable {
    var model: String
    var candidates: [Candidate]

    struct Candidate: Codable, Equatable, Sendable {
        var peer: String
        /// `type:name`.
        var service: String
        var isLocal: Bool
        /// Absent when the node does not know.
        var load: LoadReport?
        /// How it would be reached, in words.
        var plan: String
    }
}
