/// What is inside a ``TransportPacket``: one byte, then the rest.
enum TransportContent: UInt8 {
    /// A message of the mesh.
    case message = 0
    /// Eight bytes that whoever reads them sends back: is somebody at this address?
    case challenge = 1
    case challengeAnswer = 2

    static let challengeLength = 8
}
