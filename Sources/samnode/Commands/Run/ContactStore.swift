import Foundation
import Overlay

/// The contacts that a node knew, kept over a restart: each as a two-byte big-endian length and the signed record.
/// Whatever is wrong with the file costs a node its memory, never its start; every record is verified again.
struct ContactStore: Sendable {
    private let path: String

    init(_ directory: DataDirectory) {
        path = directory.path(of: "contacts")
    }

    func load() -> [[UInt8]] {
        guard case .text(let bytes) = FileText.read(path, maximumBytes: RunSettings.contactsFileCapacity) else {
            return []
        }
        var records: [[UInt8]] = []
        var rest = bytes[...]
        while rest.count >= 2 {
            let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
            rest = rest.dropFirst(2)
            guard rest.count >= length else { break }
            records.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return records
    }

    func save(_ records: [[UInt8]]) throws(DataDirectoryError) {
        var bytes: [UInt8] = []
        for record in records where record.count <= Int(UInt16.max) {
            bytes += [UInt8(record.count >> 8), UInt8(truncatingIfNeeded: record.count)]
            bytes += record
        }
        try SecretFile(path: path).replace(bytes)
    }
}
