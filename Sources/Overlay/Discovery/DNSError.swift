/// Why bytes are no DNS message, or values do not make one.
public enum DNSError: Error, Hashable, Sendable {
    /// The message ends inside a value.
    case truncated
    /// Bytes are left behind the last record, or in a record behind its value.
    case trailingBytes
    /// The message is above ``DNSLimits/messageLength``.
    case messageTooLong
    /// A label is empty or above 63 bytes, or its kind is neither a label nor a pointer.
    case label
    /// A name is above 255 bytes.
    case nameTooLong
    /// A compression pointer does not lead backwards.
    case pointer
    /// More questions or records than ``DNSLimits`` allows.
    case tooMany
    /// A value is above the 65,535 bytes, or a text above the 255, that its length can say.
    case valueTooLong
}
