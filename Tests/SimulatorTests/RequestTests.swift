import Inference
import Overlay
import Testing

@testable import Simulator

@Suite struct RequestTests {
    private func ended(_ world: World, at node: Int) throws -> RequestLog.Made {
        try #require(world.nodes[node].requests.made.values.first { $0.end != nil })
    }

    private func expectEcho(_ made: RequestLog.Made, body: [UInt8]) {
        guard case .answered(200) = made.end else {
            Issue.record("\(String(describing: made.end))")
            return
        }
        #expect(made.answer.array == body)
    }

    @Test func goesOverTheDirectLink() throws {
        var world = try World(Plan(seed: 2, nodes: 3, duration: .seconds(60)))
        world.run(until: .zero + .seconds(10))
        let body = Array("hello".utf8)
        world.call(NodeIndex(2), from: NodeIndex(0), body: body)
        world.run(until: .zero + .seconds(15))
        let made = try ended(world, at: 0)
        expectEcho(made, body: body)
        #expect(made.route?.text == "direct")
        #expect(world.nodes[2].requests.answered == 1)
        #expect(world.violations.first == [])
    }

    /// Two nodes that cannot reach each other meet through the third; the body is larger than a stream's window.
    @Test func goesThroughARelay() throws {
        var plan = Plan(seed: 2, nodes: 3, duration: .seconds(60))
        plan.faults = [
            PlannedFault(.cut(from: .list([NodeIndex(2)])), of: .list([NodeIndex(0)]), from: .zero)
        ]
        var world = try World(plan)
        world.run(until: .zero + .seconds(15))
        let body = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        world.call(NodeIndex(2), from: NodeIndex(0), body: body)
        world.run(until: .zero + .seconds(40))
        let made = try ended(world, at: 0)
        expectEcho(made, body: body)
        #expect(made.route?.hops == [world.nodes[1].peer.id, world.nodes[2].peer.id])
        #expect(world.violations.first == [])
    }
}
