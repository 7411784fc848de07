import Overlay
import Testing

@testable import Simulator

@Suite struct EventQueueTests {
    private struct Entry: Hashable {
        let time: UInt64
        let key: EventKey
        let payload: Int
    }

    /// Pushes and pops as the draws say, beside a list that is searched for its least element.
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func agreesWithSearchingAList(seed: UInt64) {
        print("seed \(seed)")
        let draws = Draws(seed: seed)
        var queue = EventQueue<Int>()
        var list: [Entry] = []
        for step in 0..<5_000 {
            let counter = UInt64(step)
            if draws.happens(Ratio(3, 5), .test, of: 0, counter) {
                // Few different times, so that many events meet at one.
                let time = draws.below(50, .test, of: 1, counter)
                let source = UInt32(draws.below(8, .test, of: 2, counter))
                let key = EventKey(source: source, number: UInt32(step))
                queue.push(step, at: VirtualTime(nanoseconds: time), key: key)
                list.append(Entry(time: time, key: key, payload: step))
            } else {
                let least = list.min { ($0.time, $0.key) < ($1.time, $1.key) }
                list.removeAll { $0 == least }
                let event = queue.pop()
                #expect(event?.payload == least?.payload)
                #expect(event?.time.nanoseconds == least?.time)
            }
            #expect(queue.count == list.count)
        }
        let rest = list.sorted { ($0.time, $0.key) < ($1.time, $1.key) }.map(\.payload)
        var popped: [Int] = []
        while let event = queue.pop() { popped.append(event.payload) }
        #expect(popped == rest)
        #expect(queue.nextTime == nil)
    }

    @Test func ordersOneMomentBySourceAndNumber() {
        var queue = EventQueue<String>()
        let time = VirtualTime(nanoseconds: 7)
        queue.push("second", at: time, key: EventKey(source: 1, number: 9))
        queue.push("third", at: time, key: EventKey(source: 2, number: 1))
        queue.push("first", at: time, key: EventKey(source: 1, number: 8))
        #expect([queue.pop()?.payload, queue.pop()?.payload, queue.pop()?.payload] == ["first", "second", "third"])
    }

    /// The wheel and the heap agree, with events close together and hours apart, in the past and at one moment.
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func theWheelAgreesWithTheHeap(seed: UInt64) {
        print("seed \(seed)")
        let draws = Draws(seed: seed)
        var (wheel, heap) = (TimingWheel<Int>(), EventQueue<Int>())
        var now: UInt64 = 0
        for step in 0..<20_000 {
            let counter = UInt64(step)
            // Fills up in the first half and empties in the second one.
            if draws.happens(Ratio(step < 10_000 ? 3 : 2, 5), .test, of: 0, counter) {
                let scale = draws.below(46, .test, of: 1, counter)
                let time = now + draws.below(1 << scale, .test, of: 2, counter)
                let key = EventKey(source: UInt32(draws.below(8, .test, of: 3, counter)), number: UInt32(step))
                wheel.push(step, at: VirtualTime(nanoseconds: time), key: key)
                heap.push(step, at: VirtualTime(nanoseconds: time), key: key)
            } else {
                let (one, other) = (wheel.pop(), heap.pop())
                #expect(one?.payload == other?.payload)
                #expect(one?.time == other?.time)
                now = other?.time.nanoseconds ?? now
            }
            #expect(wheel.nextTime == heap.nextTime)
            #expect(wheel.count == heap.count)
        }
        while let event = heap.pop() { #expect(wheel.pop()?.payload == event.payload) }
        #expect(wheel.pop()?.payload == nil)
    }

    /// Somebody else may set events before what the wheel has turned to already.
    @Test func theWheelTakesEventsBeforeItsPosition() {
        var wheel = TimingWheel<String>()
        let key = EventKey(source: 1, number: 1)
        wheel.push("late", at: .zero + .hours(30), key: key)
        wheel.push("early", at: .zero + .milliseconds(1), key: key)
        wheel.push("between", at: .zero + .seconds(7), key: key)
        wheel.push("first", at: .zero, key: key)
        #expect((0..<4).map { _ in wheel.pop()?.payload } == ["first", "early", "between", "late"])
    }
}
