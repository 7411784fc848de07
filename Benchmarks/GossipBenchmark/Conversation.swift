import Gossip

/// One conversation from its short opening to its end, and what it took.
struct Conversation {
    private(set) var bytes = 0
    private(set) var roundTrips = 0

    mutating func run(between beginner: ItemVector, and answerer: ItemVector, frameLimit: Int) {
        let beginner = Reconciler(beginner, frameLimit: frameLimit)
        let answerer = Reconciler(answerer, frameLimit: frameLimit)
        var message: [UInt8]? = beginner.shortOpening()
        while let question = message, let answer = try? answerer.answer(question) {
            bytes += question.count + answer.count
            roundTrips += 1
            message = (try? beginner.conclude(answer))?.next
        }
    }
}
