import CSodium
import Foundation
import Measuring

/// What carrying some bytes took.
struct Carriage {
    let bytes: Int
    /// Wall-clock time, in nanoseconds.
    let nanoseconds: UInt64
    /// Processor time of all processes that carry, in nanoseconds.
    let processor: UInt64

    var megabytesPerSecond: Double { Double(bytes) * 1_000 / Double(max(1, nanoseconds)) }
    var secondsPerGigabyte: Double { Double(processor) / Double(max(1, bytes)) }
}

/// Something that carries bytes.
protocol Carrier {
    var title: String { get }

    func carry(_ count: Int) throws -> Carriage
}

extension Carrier {
    /// Runs `body`, which gives the wall-clock time, and reads the processor time of the processes around it.
    fileprivate func measure(_ count: Int, _ processes: [Int32], _ body: () throws -> UInt64) throws -> Carriage {
        let before = Processors.time(of: processes)
        let nanoseconds = try body()
        return Carriage(bytes: count, nanoseconds: nanoseconds, processor: Processors.time(of: processes) - before)
    }
}

/// The processor time of other processes.
enum Processors {
    static func time(of processes: [Int32]) -> UInt64 {
        processes.reduce(0) { $0 + (Stopwatch.nanoseconds(ofProcess: $1) ?? 0) }
    }
}

/// A stream whose bytes are made in one process and counted in the other.
struct OwnStream: Carrier {
    let title = "samnode, from memory to memory"
    private let accepting: Worker
    private let dialing: Worker

    init() throws {
        accepting = try .ofThisProgram("end")
        dialing = try .ofThisProgram("end", "--dial", accepting.line())
        _ = try dialing.line()
    }

    func carry(_ count: Int) throws -> Carriage {
        try measure(count, [accepting.id, dialing.id]) { try dialing.ask("send \(count)").first ?? 0 }
    }
}

/// The same stream behind Unix sockets, which somebody else fills and empties.
struct PipedStream: Carrier {
    let title = "samnode, between Unix sockets"
    private let accepting: Worker
    private let dialing: Worker
    private let carrying: Worker

    init(in folder: String) throws {
        let (into, out) = (folder + "/into", folder + "/out")
        accepting = try .ofThisProgram("end", "--pipe", out)
        dialing = try .ofThisProgram("end", "--pipe", into, "--dial", accepting.line())
        _ = try dialing.line()
        guard let carrying = Competitor.script("carry.py", into, out) else {
            throw Worker.Failure(description: "carry.py needs Python 3")
        }
        self.carrying = carrying
    }

    func carry(_ count: Int) throws -> Carriage {
        try measure(count, [accepting.id, dialing.id]) { try carrying.ask("send \(count)").first ?? 0 }
    }
}

/// A stream between two p2pd.
struct DaemonStream: Carrier {
    let title = "p2pd, between Unix sockets"
    private let daemons: Worker

    init(_ daemons: Worker) {
        self.daemons = daemons
    }

    func carry(_ count: Int) throws -> Carriage {
        let processes = try daemons.ask("processes").map { Int32(clamping: $0) }
        return try measure(count, processes) { try daemons.ask("send \(count)").first ?? 0 }
    }
}

/// Sealing and opening in frames as long as Noise has them: what no stream can do without.
struct CipherAlone: Carrier {
    let title = "ChaCha20-Poly1305 of libsodium alone, one core"
    private static let length = 65_535 - 16

    init() {
        // Chooses the fastest implementation that the processor has.
        _ = sodium_init()
    }

    func carry(_ count: Int) throws -> Carriage {
        var region = [UInt8](repeating: 3, count: Self.length + 16)
        let (key, nonce) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 0, count: 12))
        let frames = max(1, count / Self.length)
        let processor = Stopwatch.measure {
            for _ in 0..<frames {
                region.withUnsafeMutableBufferPointer { memory in
                    guard let start = memory.baseAddress else { return }
                    _ = crypto_aead_chacha20poly1305_ietf_encrypt(
                        start, nil, start, UInt64(Self.length), nil, 0, nil, nonce, key)
                    _ = crypto_aead_chacha20poly1305_ietf_decrypt(
                        start, nil, nil, start, UInt64(memory.count), nil, 0, nonce, key)
                }
            }
        }
        // In one thread, wall-clock time of its own would only add what other processes took.
        return Carriage(bytes: frames * Self.length, nanoseconds: processor, processor: processor)
    }
}
