import Inference
import Overlay
import Testing

@testable import Simulator

@Suite struct StreamTableTests {
    private let ref = StreamRef(number: 1)

    private func bytes(_ count: Int) -> Bytes {
        var bytes = Bytes()
        bytes.writeRepeatingByte(7, count: count)
        return bytes
    }

    private func dataLengths(_ output: StreamTable.Output) -> [Int] {
        output.signals.compactMap { if case .data(let bytes) = $0.1 { bytes.readableBytes } else { nil } }
    }

    @Test func stopsAtTheWindowAndGoesOnWhenTheReaderTookSomething() throws {
        var sender = StreamTable(side: .dialer, window: 100)
        let name = try #require(sender.open(ref).signals.first?.0)
        #expect(dataLengths(sender.write(bytes(80), to: ref)) == [80])
        let blocked = sender.write(bytes(50), to: ref)
        #expect(dataLengths(blocked) == [20])
        #expect(blocked.sent.map(\.1) == [20])
        #expect(sender.finish(ref).signals.isEmpty)

        let (event, output) = sender.receive(.window(40), on: name)
        #expect(event == nil)
        #expect(dataLengths(output) == [30])
        guard case .finished = output.signals.last?.1 else {
            Issue.record("the end follows the last data")
            return
        }
    }

    @Test func numbersStreamsOfTheOtherEndEvenly() {
        var end = StreamTable(side: .acceptor, window: 100)
        let names = [1, 3].map { StreamName(opener: .dialer, number: $0) }
        let opened = names.map { end.receive(.opened, on: $0).event }
        for (event, number) in zip(opened, [2, 4] as [UInt64]) {
            guard case .streamOpened(StreamRef(number: number)) = event else {
                Issue.record("\(String(describing: event)) instead of stream \(number)")
                continue
            }
        }
        guard case .streamData(StreamRef(number: 4), _) = end.receive(.data(bytes(1)), on: names[1]).event else {
            Issue.record("data of the second stream is lost")
            return
        }
    }

    @Test func forgetsWhatWasReset() {
        var end = StreamTable(side: .dialer, window: 100)
        _ = end.open(ref)
        #expect(end.reset(ref).signals.count == 1)
        #expect(end.write(bytes(1), to: ref).signals.isEmpty)
        #expect(end.receive(.data(bytes(1)), on: StreamName(opener: .dialer, number: 1)).event == nil)
    }
}
