import CSodium

/// Secret bytes outside Swift's arrays: never copied, compared in constant time, never printed, and wiped when the
/// last reference goes.
public final class Secret: Sendable {
    // The address is an integer because a pointer is not Sendable; the memory is written only during `init`.
    private let address: UInt
    /// Bytes held.
    public let count: Int

    /// Takes over `bytes` as they are at the time of the call; the caller's array is not wiped.
    public convenience init(_ bytes: some ByteStorage) {
        self.init(count: bytes.withBytes(\.count)) { memory in
            bytes.withBytes { memory.copyMemory(from: $0) }
        }
    }

    /// Lets `fill` write `count` bytes, which are zero at first.
    init(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
        Sodium.start()
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, count), alignment: 8)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        fill(UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
        address = UInt(bitPattern: memory.baseAddress)
        self.count = count
    }

    deinit {
        guard let memory = UnsafeMutableRawPointer(bitPattern: address) else { return }
        sodium_memzero(memory, count)
        memory.deallocate()
    }
}

extension Secret: ByteStorage {
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count))
    }
}

extension Secret: Equatable {
    /// In constant time for equal lengths.
    public static func == (left: Secret, right: Secret) -> Bool { ConstantTime.equal(left, right) }
}

extension Secret: CustomStringConvertible {
    /// Says how long it is, and nothing else.
    public var description: String { "secret of \(count) bytes" }
}
