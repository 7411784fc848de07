/// Why a plan's network cannot be.
public enum NetworkError: Error, Hashable, Sendable, CustomStringConvertible {
    case matrixRows(Int)
    case matrixRow(Int, columns: Int, rows: Int)
    case spread(UInt64)
    case packetLength(Int)
    case noBandwidth
    case jitter(UInt64)
    case burst(BurstLoss)

    public var description: String {
        switch self {
        case .matrixRows(let count): "a latency matrix of \(count) rows; from 1 to 256 are possible"
        case .matrixRow(let row, let columns, let rows):
            "row \(row + 1) of the latency matrix has \(columns) columns; it needs \(rows), as many as there are rows"
        case .spread(let spread): "a spread of \(spread) thousandths; up to 5000 are possible"
        case .packetLength(let length): "packets of \(length) bytes; from 1 to 65535 are possible"
        case .noBandwidth:
            "a bandwidth of 0 bytes a second, which nothing passes; at least 1 is possible, and none is no limit"
        case .jitter(let percent): "a jitter of \(percent) percent; up to 1000 are possible"
        case .burst(let burst):
            "bad times of \(burst.meanBad.nanoseconds) ns that take \(burst.badShare) of the time; they can take up to 3/4, "
                + "and last from 1 ms to 1 h"
        }
    }
}
