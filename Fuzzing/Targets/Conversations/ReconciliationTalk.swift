import Gossip
import Mutations
import Overlay

/// Two catalogs that are compared, with messages that are changed on their way.
enum ReconciliationTalk {
    private static let rounds = 24

    static func run(_ random: inout FuzzRandom) -> FuzzOutcome {
        let all = items(random.below(random.isOnce(in: 6) ? 900 : 120), &random)
        let limit = random.isOnce(in: 2) ? Reconciler.smallestFrame : nil
        let begun = Reconciler(ItemVector(all.filter { _ in random.below(5) > 0 }), frameLimit: limit)
        let asked = Reconciler(ItemVector(all.filter { _ in random.below(5) > 0 }), frameLimit: limit)
        var tampering = Tampering(&random)
        var message = random.isOnce(in: 3) ? begun.shortOpening() : begun.opening()
        for _ in 0..<rounds {
            do throws(MalformedRanges) {
                let question = tampering.pieces(of: message, &random).reduce([], +)
                let answer = try asked.answer(question)
                if let complaint = complaint(answer, limit) { return .broken(complaint) }
                let conclusion = try begun.conclude(tampering.pieces(of: answer, &random).reduce([], +))
                guard let next = conclusion.next else { return .accepted("concluded") }
                if let complaint = complaint(next, limit) { return .broken(complaint) }
                message = next
            } catch {
                return .refused(error)
            }
        }
        return .accepted("not concluded")
    }

    private static func complaint(_ message: [UInt8], _ limit: Int?) -> String? {
        guard let limit, message.count > limit else { return nil }
        return "a message of \(message.count) bytes, and \(limit) are allowed"
    }

    private static func items(_ count: Int, _ random: inout FuzzRandom) -> [ReconciliationItem] {
        (0..<count).compactMap { _ in
            Bytes32(random.bytes(Bytes32.count)).map {
                ReconciliationItem(timestamp: UInt64(random.below(50)) << UInt64(random.below(58)), id: $0)
            }
        }
    }
}
