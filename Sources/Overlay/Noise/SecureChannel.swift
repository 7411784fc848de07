/// libp2p's transport phase of Noise: frames of a two-byte big-endian length and an encrypted message.
struct SecureChannel: Sendable {
    static let protocolID = "/noise"
    static let lengthPrefix = 2
    /// Most plaintext in one frame, in bytes.
    static let maximumPlaintext = HandshakeState.maximumMessage - ChaChaPoly.tagLength
    private static let noAssociatedData: [UInt8] = []

    private var sending: CipherState
    private var receiving: CipherState

    init(_ keys: (sending: CipherState, receiving: CipherState)) {
        sending = keys.sending
        receiving = keys.receiving
    }

    /// Takes all complete frames off the front of `input` and gives their plaintext in one piece of memory, into which
    /// they are decrypted without another copy. What is incomplete stays in `input`.
    mutating func open(_ input: inout Bytes) throws(NoiseError) -> Bytes {
        var plaintext = Bytes()
        plaintext.reserveCapacity(input.readableBytes)
        while let frame = Self.takeFrame(&input) {
            try receiving.open(frame, appendingTo: &plaintext, associated: Self.noAssociatedData)
        }
        return plaintext
    }

    /// The start of a frame, behind which the caller writes at most ``maximumPlaintext`` bytes.
    static func newFrame(reserving capacity: Int) -> Bytes {
        var frame = Bytes()
        frame.reserveCapacity(lengthPrefix + min(capacity, maximumPlaintext) + ChaChaPoly.tagLength)
        frame.writeInteger(UInt16(0))
        return frame
    }

    /// Encrypts a frame from ``newFrame(reserving:)`` in place and completes it.
    mutating func seal(_ frame: inout Bytes) throws(NoiseError) {
        let length = frame.readableBytes - Self.lengthPrefix + ChaChaPoly.tagLength
        guard let announced = UInt16(exactly: length) else { throw .tooLong }
        try sending.seal(&frame, from: Self.lengthPrefix, associated: Self.noAssociatedData)
        frame.setInteger(announced, at: frame.readerIndex)
    }

    /// Takes one frame's content off the front; nil while it is incomplete.
    static func takeFrame(_ input: inout Bytes) -> Bytes? {
        guard let length = input.getInteger(at: input.readerIndex, as: UInt16.self),
            input.readableBytes >= lengthPrefix + Int(length)
        else { return nil }
        input.moveReaderIndex(forwardBy: lengthPrefix)
        return input.readSlice(length: Int(length))
    }

    /// Bytes without which the first frame of `input`, which is not complete, cannot be; first those of its length, where
    /// these are cut. At least one.
    static func missing(in input: Bytes) -> Int {
        guard let length = input.getInteger(at: input.readerIndex, as: UInt16.self) else {
            return max(1, lengthPrefix - input.readableBytes)
        }
        return max(1, lengthPrefix + Int(length) - input.readableBytes)
    }

    /// A handshake message as a frame.
    static func frame(_ message: [UInt8]) -> Bytes {
        var frame = Bytes()
        frame.writeInteger(UInt16(truncatingIfNeeded: message.count))
        frame.writeBytes(message)
        return frame
    }
}
