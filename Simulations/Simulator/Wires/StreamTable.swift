import Inference
import Overlay

/// The circuit streams of one end of a wire, with windows as yamux has them: a sender that has used up its window waits
/// until the reader took something.
struct StreamTable: Sendable {
    private struct Stream: Sendable {
        let ref: StreamRef
        /// Bytes that may still be sent.
        var credit: Int
        var waiting: [Bytes] = []
        /// Finish once nothing waits.
        var isFinishing = false
        var hasFinished = false
        var isFinishedThere = false

        var isOver: Bool { hasFinished && isFinishedThere }
    }

    /// What one change leads to: what goes on the wire, in order, and how much of what was written has thereby left.
    struct Output {
        var signals: [(StreamName, StreamSignal)] = []
        var sent: [(StreamRef, Int)] = []
    }

    private let side: WireEnd.Side
    private let window: Int
    private var streams: [StreamName: Stream] = [:]
    private var nextInbound: UInt64 = 2

    init(side: WireEnd.Side, window: Int) {
        self.side = side
        self.window = window
    }

    // MARK: What this end's core asks for

    mutating func open(_ ref: StreamRef) -> Output {
        let name = StreamName(opener: side, number: ref.number)
        streams[name] = Stream(ref: ref, credit: window)
        return Output(signals: [(name, .opened)])
    }

    mutating func write(_ bytes: Bytes, to ref: StreamRef) -> Output {
        change(ref) { $0.waiting.append(bytes) }
    }

    mutating func finish(_ ref: StreamRef) -> Output {
        change(ref) { $0.isFinishing = true }
    }

    mutating func reset(_ ref: StreamRef) -> Output {
        guard let name = name(of: ref) else { return Output() }
        streams[name] = nil
        return Output(signals: [(name, .reset)])
    }

    func consumed(_ count: Int, of ref: StreamRef) -> Output {
        guard count > 0, let name = name(of: ref) else { return Output() }
        return Output(signals: [(name, .window(count))])
    }

    // MARK: What the other end says

    /// What the core hears of it, and what follows on the wire.
    mutating func receive(_ signal: StreamSignal, on name: StreamName) -> (event: LinkEvent?, output: Output) {
        if case .opened = signal { return (opened(name), Output()) }
        guard let ref = streams[name]?.ref else { return (nil, Output()) }
        switch signal {
        case .opened: return (nil, Output())
        case .data(let bytes): return (.streamData(ref, bytes), Output())
        case .window(let count): return (nil, change(ref) { $0.credit += count })
        case .finished: return (.streamFinished(ref), change(ref) { $0.isFinishedThere = true })
        case .reset:
            streams[name] = nil
            return (.streamReset(ref), Output())
        }
    }

    private mutating func opened(_ name: StreamName) -> LinkEvent {
        let ref = StreamRef(number: nextInbound)
        nextInbound += 2
        streams[name] = Stream(ref: ref, credit: window)
        return .streamOpened(ref)
    }

    // MARK: Sending

    /// Odd numbers are of streams that this end opened, even ones are counted from 2 as they come in.
    private func name(of ref: StreamRef) -> StreamName? {
        let own = StreamName(opener: side, number: ref.number)
        if streams[own] != nil { return own }
        return streams.first { $0.value.ref == ref }?.key
    }

    private mutating func change(_ ref: StreamRef, _ body: (inout Stream) -> Void) -> Output {
        guard let name = name(of: ref), var stream = streams[name] else { return Output() }
        body(&stream)
        let output = pump(&stream, name)
        streams[name] = stream.isOver ? nil : stream
        return output
    }

    private func pump(_ stream: inout Stream, _ name: StreamName) -> Output {
        var output = Output()
        while stream.credit > 0, var next = stream.waiting.first {
            let length = min(stream.credit, next.readableBytes)
            guard length > 0, let part = next.readSlice(length: length) else {
                stream.waiting.removeFirst()
                continue
            }
            stream.credit -= length
            if next.readableBytes > 0 { stream.waiting[0] = next } else { stream.waiting.removeFirst() }
            output.signals.append((name, .data(part)))
            output.sent.append((stream.ref, length))
        }
        if stream.isFinishing, !stream.hasFinished, stream.waiting.isEmpty {
            stream.hasFinished = true
            output.signals.append((name, .finished))
        }
        return output
    }
}
