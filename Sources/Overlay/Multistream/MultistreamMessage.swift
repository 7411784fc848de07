/// A line of multistream-select 1.0: a varint length, text, a newline that the length includes
/// (https://github.com/libp2p/specs/blob/master/connections/README.md#multistream-select).
public enum MultistreamMessage: Hashable, Sendable {
    /// The first line of either side.
    case header
    /// A proposal, or its acceptance.
    case protocolID(String)
    /// The proposal is refused.
    case notAvailable
    /// The question which protocols there are.
    case list

    static let headerText = "/multistream/1.0.0"
    static let notAvailableText = "na"
    static let listText = "ls"
    /// Longest line accepted, in bytes with its newline. Protocol ids in use have fewer than 140 bytes; go-libp2p
    /// accepts 64 KiB, which would only let strangers fill memory before they have proved who they are.
    public static let maximumLength = 1_024

    /// Why a negotiation cannot go on.
    public enum Failure: Error, Hashable, Sendable {
        /// Not a line of the protocol, or too long.
        case malformed
        /// The first line was something else than the header.
        case unknownVersion
        /// More proposals than ``MultistreamResponder/maximumProposals``.
        case tooManyProposals
    }

    var text: String {
        switch self {
        case .header: Self.headerText
        case .protocolID(let name): name
        case .notAvailable: Self.notAvailableText
        case .list: Self.listText
        }
    }

    /// Appends the line.
    public func write(to output: inout Bytes) {
        Self.writeLine(Array(text.utf8), to: &output)
    }

    static func writeLine(_ content: [UInt8], to output: inout Bytes) {
        output.writeVarint(UInt64(content.count + 1))
        output.writeBytes(content)
        output.writeInteger(UInt8(ascii: "\n"))
    }

    private static let encodedHeader: [UInt8] = {
        var output = Bytes()
        header.write(to: &output)
        return output.array
    }()

    /// Takes the header off the front. Other protocols are refused at their first byte instead of when a whole line
    /// of theirs might have come.
    /// - Returns: false, with nothing consumed, while the header is incomplete.
    static func takeHeader(_ input: inout Bytes) throws(Failure) -> Bool {
        let expected = encodedHeader
        guard let begin = input.getBytes(at: input.readerIndex, length: min(expected.count, input.readableBytes)),
            expected.starts(with: begin)
        else { throw .unknownVersion }
        guard begin.count == expected.count else { return false }
        input.moveReaderIndex(forwardBy: expected.count)
        return true
    }

    /// Takes one line off the front.
    /// - Returns: nil, with nothing consumed, while the line is incomplete.
    public static func take(_ input: inout Bytes) throws(Failure) -> MultistreamMessage? {
        let line: Bytes?
        do throws(WireError) {
            line = try input.takeDelimited(limit: maximumLength)
        } catch {
            throw .malformed
        }
        guard var line else { return nil }
        guard let text = line.readString(length: line.readableBytes), text.utf8.last == UInt8(ascii: "\n") else {
            throw .malformed
        }
        switch text.dropLast() {
        case headerText: return .header
        case notAvailableText: return .notAvailable
        case listText: return .list
        case let name where name.utf8.first == UInt8(ascii: "/"): return .protocolID(String(name))
        default: throw .malformed
        }
    }
}
