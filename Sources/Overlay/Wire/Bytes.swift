import NIOCore

/// Bytes on their way through the core: SwiftNIO's buffer, whose slices share storage, so that bulk data is moved and
/// never copied. This folder is the only place of the core that names NIO.
public typealias Bytes = ByteBuffer
