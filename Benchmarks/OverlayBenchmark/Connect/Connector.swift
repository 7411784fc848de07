import Foundation

/// Somebody who makes connections.
final class Connector {
    let title: String
    private let asked: Worker
    private let processes: () throws -> [Int32]
    /// The other end, which lives as long as this.
    private let accepting: Worker?
    /// Makes connections and tells how many, and how much processor time they took.
    private let handshakes: String?
    private var milliseconds: [Double] = []
    private var made = 0
    private var used: UInt64 = 0

    private init(
        _ title: String, _ asked: Worker, accepting: Worker? = nil, handshakes: String? = nil,
        processes: @escaping () throws -> [Int32] = { [] }
    ) {
        self.title = title
        self.asked = asked
        self.accepting = accepting
        self.handshakes = handshakes
        self.processes = processes
    }

    static func own() throws -> Connector {
        let accepting = try Worker.ofThisProgram("end")
        let dialing = try Worker.ofThisProgram("end", "--dial", accepting.line())
        _ = try dialing.line()
        return Connector("samnode, to the first byte", dialing, accepting: accepting) { [dialing.id, accepting.id] }
    }

    static func tls() -> Connector? {
        Competitor.script("tls.py").map {
            Connector("TLS 1.3 mutual, to the first byte", $0, handshakes: "handshakes 1")
        }
    }

    static func daemons() -> Connector? {
        Competitor.script("daemons.py").map { worker in
            Connector("p2pd, connect", worker) { try worker.ask("processes").map { Int32(clamping: $0) } }
        }
    }

    static func endpoints() -> Connector? {
        let interpreter = ProcessInfo.processInfo.environment["SAM_IROH_PYTHON"] ?? Competitor.interpreter
        return Competitor.script("endpoints.py", interpreter: interpreter).map { worker in
            Connector("iroh, connect", worker) { [worker.id] }
        }
    }

    var spans: Figures { Figures(milliseconds) }

    /// Milliseconds of both ends for one connection.
    var processor: Double? { made > 0 ? Double(used) / Double(made) / 1e6 : nil }

    func connect(_ count: Int) throws {
        let processes = try processes()
        let before = Processors.time(of: processes)
        milliseconds += try asked.ask("connect \(count)").map { Double($0) / 1e6 }
        if let handshakes {
            let answer = try asked.ask(handshakes)
            made += Int(clamping: answer.first ?? 0)
            used += answer.last ?? 0
        } else {
            made += count
            used += Processors.time(of: processes) - before
        }
    }
}
