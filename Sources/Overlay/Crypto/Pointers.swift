extension UnsafeRawBufferPointer {
    /// The start in the form libsodium wants; of empty memory, an address that it will not read.
    var start: UnsafePointer<UInt8> {
        baseAddress?.assumingMemoryBound(to: UInt8.self) ?? UnsafePointer(Self.nowhere)
    }

    /// libsodium declares its pointers as never null, even where the length may be 0.
    fileprivate static var nowhere: UnsafeMutablePointer<UInt8> {
        guard let pointer = UnsafeMutablePointer<UInt8>(bitPattern: 8) else {
            preconditionFailure("8 is not the null address")
        }
        return pointer
    }
}

extension UnsafeMutableRawBufferPointer {
    /// The start in the form libsodium wants; of empty memory, an address that it will not touch.
    var start: UnsafeMutablePointer<UInt8> {
        baseAddress?.assumingMemoryBound(to: UInt8.self) ?? UnsafeRawBufferPointer.nowhere
    }
}

extension Bytes32 {
    /// A value whose 32 bytes `fill` writes.
    static func filled(_ fill: (UnsafeMutablePointer<UInt8>) -> Void) -> Bytes32 {
        withUnsafeTemporaryAllocation(byteCount: count, alignment: 8) { memory in
            memory.initializeMemory(as: UInt8.self, repeating: 0)
            fill(memory.start)
            return Bytes32(copying: UnsafeRawBufferPointer(memory))
        }
    }
}

extension Array where Element == UInt8 {
    /// An array whose `count` bytes `fill` writes.
    static func filled(_ count: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Void) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        bytes.withUnsafeMutableBytes { fill($0.start) }
        return bytes
    }
}
