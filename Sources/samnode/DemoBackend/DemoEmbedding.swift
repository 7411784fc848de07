import Foundation

/// Embeddings by hashing words into a vector: the same text gives the same vector, texts that share words similar ones.
enum DemoEmbedding {
    /// Of length 1, or all zero for a text without words.
    static func vector(of text: String, dimensions: Int) -> [Float] {
        var vector = [Float](repeating: 0, count: dimensions)
        for word in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            let hash = FeatureHash.of(word, seed: 0)
            vector[Int(hash % UInt64(dimensions))] += FeatureHash.of(word, seed: 1) & 1 == 0 ? 1 : -1
        }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? vector.map { $0 / length } : vector
    }

    static func base64(_ vector: [Float]) -> String {
        var bytes = Data(capacity: vector.count * 4)
        for value in vector {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes.base64EncodedString()
    }
}
