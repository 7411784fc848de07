import Testing

@testable import Overlay

/// Dial-backs as endpoints send and take them.
struct DatagramDialBackTests {
    private static let stranger = UDPEndpoint(ip: .v4(0xcb00_7166), port: 666)

    /// To the port that the asker names, at the address that it asks from.
    private func net() -> DatagramNet {
        var net = DatagramNet()
        net.dialBack = { UDPEndpoint(ip: $0.endpoint.ip, port: 4_001) }
        return net
    }

    @Test func oneSmallDatagramComesFromAnotherPort() {
        var net = net()
        net.ask("?first", from: 0, to: 1)
        net.settle()
        net.ask("?on the session", from: 0, to: 1)
        net.settle()
        #expect(net.dialBacks.count == 2)
        for packet in net.dialBacks {
            #expect(packet.bytes.count == 17 && packet.bytes.first == 5)
            #expect(packet.to == DatagramNet.address(0) && packet.from != DatagramNet.address(1))
            net.deliver(packet)
        }
        #expect(net.nonces.map(\.bytes) == net.dialBacks.map { Array($0.bytes.dropFirst()) })
        // Nobody answers one, and it is no sign of life of a session.
        #expect(net.queue.isEmpty && net.counters(0).droppedCount == 0)
    }

    /// Nobody else's address can be named.
    @Test func othersAreNotDialed() {
        var net = net()
        net.dialBack = { _ in Self.stranger }
        net.ask("?first", from: 0, to: 1)
        net.settle()
        net.ask("?on the session", from: 0, to: 1)
        net.settle()
        #expect(net.dialBacks.isEmpty && net.drops(1, .unprovenAddress) == 2)
    }

    /// Who forges the sender of a question on a session gets neither answer nor dial-back sent there.
    @Test func unprovenAddressesAreNotDialed() throws {
        var net = net()
        net.ask("?first", from: 0, to: 1)
        net.settle()
        net.ask("?forged by somebody else", from: 0, to: 1)
        let packet = try net.take()
        net.inject(packet.bytes, from: Self.stranger, to: 1)
        #expect(net.texts(at: 1) == ["?first", "?forged by somebody else"])
        #expect(net.dialBacks.count == 1 && net.drops(1, .unprovenAddress) == 2)
        // A challenge is all that goes there, once, and as long as what came.
        #expect(net.queue.map(\.to) == [Self.stranger])
        #expect(net.queue.allSatisfy { $0.bytes.count <= packet.bytes.count })
    }

    /// A first packet may come from anywhere: what is sent there is never more.
    @Test func aFirstPacketGetsNoMoreThanItBrought() throws {
        var net = net()
        net.dialBack = { $0.endpoint }
        net.padding = DatagramLimits.answer - 200
        net.ask("?first", from: 0, to: 1)
        let packet = try net.take()
        net.inject(packet.bytes, from: Self.stranger, to: 1)
        let replies = (net.queue + net.dialBacks).filter { $0.to == Self.stranger }
        #expect(replies.count == 2)
        #expect(replies.reduce(0) { $0 + $1.bytes.count } <= packet.bytes.count)
    }

    @Test func onlyTheWholePacketIsOne() {
        var net = DatagramNet()
        let whole = [5] + [UInt8](repeating: 9, count: 16)
        for length in 0..<17 { net.inject(Array(whole.prefix(length)), from: Self.stranger, to: 0) }
        net.inject(whole + [9], from: Self.stranger, to: 0)
        #expect(net.nonces.isEmpty && net.drops(0, .malformed) == 18 && net.queue.isEmpty)
        net.inject(whole, from: Self.stranger, to: 0)
        #expect(net.nonces.map(\.bytes) == [[UInt8](repeating: 9, count: 16)] && net.queue.isEmpty)
    }
}
