import NIOCore
import Overlay
import Transport

/// Asks the peer at the other end of a connection one question of libp2p's DHT, and ends the connection.
final class QuestionHandler: ProbeHandler {
    typealias InboundIn = Connection.Event
    typealias OutboundOut = ConnectionCommand

    let timeout: TimeAmount
    let done: EventLoopPromise<Void>
    var timer: Scheduled<Void>?
    let missing = "the answer"
    private let question: LibP2PQuestion
    private let own: PeerID
    private let report: @Sendable (ProbeEvent) -> Void
    private let settings: LibP2PKademliaSettings
    private var frames: LibP2PKademliaFrames

    init(
        _ question: LibP2PQuestion, from own: PeerID, timeout: TimeAmount, settings: LibP2PKademliaSettings = .init(),
        done: EventLoopPromise<Void>, report: @escaping @Sendable (ProbeEvent) -> Void
    ) {
        self.question = question
        self.own = own
        self.timeout = timeout
        self.settings = settings
        self.done = done
        self.report = report
        frames = LibP2PKademliaFrames(answersWithin: settings)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .established(let peer):
            report(.connected(peer))
            command(.openStream(LibP2PKademliaMessage.protocolID), context)
        case .streamAccepted(let stream):
            for request in question.requests(from: own) { command(.write(request.framed, stream), context) }
        case .streamData(let stream, let bytes):
            command(.consumed(bytes.readableBytes, stream), context)
            frames.append(bytes)
            readAnswers(context)
        case .streamRefused(_, let reason):
            fail("the peer is no server of the DHT (\(reason.words))", context)
        case .streamFinished, .streamReset:
            fail("the peer ended the stream without an answer", context)
        case .closed(let reason):
            done.fail(ProbeFailure(description: "\(reason)"))
        case .identified, .streamOpened, .streamWritable, .pinged, .pingReceived:
            return
        }
    }

    private func readAnswers(_ context: ChannelHandlerContext) {
        do {
            while let answer = try frames.next() {
                guard let reports = try question.reports(of: answer, to: own, settings: settings) else { continue }
                for event in reports { report(event) }
                done.succeed()
                return command(.close, context)
            }
        } catch let error as WireError {
            fail("the answer cannot be read: \(error)", context)
        } catch {
            fail("\(error)", context)
        }
    }
}
