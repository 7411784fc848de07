import Overlay
import Testing

@testable import Simulator

@Suite struct PublisherCountTests {
    private func at(_ milliseconds: UInt64) -> VirtualTime { .zero + .milliseconds(milliseconds) }

    private func change(_ publisher: Int, isListed: Bool, at milliseconds: UInt64) -> PublisherCount.Change {
        PublisherCount.Change(publisher: NodeIndex(publisher), isListed: isListed, time: at(milliseconds))
    }

    @Test func changesCountWhenOthersCanKnowOfThem() {
        var publishers = PublisherCount(nodes: 4, delay: .milliseconds(10))
        publishers.note(change(1, isListed: true, at: 100))
        // News of another part comes late.
        publishers.note(change(2, isListed: true, at: 95))
        #expect([at(104), at(105), at(109), at(110)].map { publishers.count(at: $0) } == [0, 1, 1, 2])
        publishers.note(change(1, isListed: true, at: 120))
        publishers.note(change(2, isListed: false, at: 121))
        publishers.note(change(1, isListed: false, at: 122))
        publishers.note(change(1, isListed: true, at: 123))
        #expect([at(130), at(131), at(132), at(133)].map { publishers.count(at: $0) } == [2, 1, 0, 1])
        #expect(publishers.count(at: at(9_000)) == 1)
    }
}
