import Overlay

/// How a wire hands over what was sent: a stream keeps no boundaries.
enum Cutting: CaseIterable {
    case whole
    case byteByByte
    case random

    func pieces(of bytes: Bytes, random: inout RandomSource) -> [Bytes] {
        var rest = bytes
        var pieces: [Bytes] = []
        while rest.readableBytes > 0 {
            let length = pieceLength(of: rest.readableBytes, random: &random)
            guard let piece = rest.readSlice(length: length) else { break }
            pieces.append(piece)
        }
        return pieces
    }

    private func pieceLength(of count: Int, random: inout RandomSource) -> Int {
        switch self {
        case .whole: count
        case .byteByByte: 1
        case .random: 1 + random.below(min(count, 3_000))
        }
    }
}
