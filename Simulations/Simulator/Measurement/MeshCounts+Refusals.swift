import Gossip

extension MeshCounts {
    /// What was not used, by reason, without the reasons that did not occur.
    var refusals: [(reason: String, count: UInt64)] {
        [
            ("forged", forged), ("stale", stale), ("equivocation", equivocations), ("expired", refusedExpired),
            ("from the future", fromTheFuture), ("foreign mesh", foreignMesh), ("oversized", oversized),
            ("malformed", malformed), ("ttl too long", ttlTooLong), ("origin rate", originRate), ("full", full),
            ("not a neighbour", notANeighbor), ("too many neighbours", tooManyNeighbors), ("intake rate", intakeRate),
            ("answer rate", answerRate), ("unexpected answer", unexpectedAnswers),
            ("excessive answer", excessiveAnswers), ("malformed ranges", malformedRanges),
            ("too many rounds", tooManyRounds), ("unreadable", unreadable),
            ("fetch queue full", fetchQueueFull), ("not passed on", notPassedOn), ("timeout", timeouts),
        ].filter { $0.1 > 0 }.map { (reason: $0.0, count: $0.1) }
    }
}
