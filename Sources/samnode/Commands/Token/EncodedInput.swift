import Biscuit
import YAML

/// Something that travels as base64url text, and where it comes from on the command line: the text itself, a file with
/// the text or with the bytes, or standard input.
struct EncodedInput<Value: Sendable>: Sendable {
    /// What it is called in messages.
    let noun: String
    /// Which command prints one.
    let printedBy: String
    let parseText: @Sendable (String) throws(TokenError) -> Value
    let parseBytes: @Sendable ([UInt8]) throws(TokenError) -> Value

    /// Bytes of a file or of standard input: the longest token in base64, with room for line ends.
    private static var maximumBytes: Int { 128 * 1024 }
    /// No file's name is longer.
    private static var longestName: Int { 255 }

    /// Reads it: `-` is standard input, the name of a file its content, anything else is the text itself.
    func read(_ argument: String, console: Console) throws(ConsoleError) -> Value {
        guard argument != "-" else { return try parse(console.readInput(Self.maximumBytes), from: "standard input") }
        guard argument.utf8.count <= Self.longestName || argument.contains("/") else {
            return try parse(Array(argument.utf8), from: "the argument")
        }
        let outcome = FileText.read(argument, maximumBytes: Self.maximumBytes)
        if case .text(let bytes) = outcome { return try parse(bytes, from: argument) }
        // Base64 has slashes, too: what is no file may well be the text itself.
        if let value = try? parseText(Self.normalized(Array(argument.utf8))) { return value }
        if case .failed(let reason) = outcome {
            throw ConsoleError(
                .noInput, "cannot read \(argument): \(reason); make it readable, or give the \(noun) itself")
        }
        throw ConsoleError(
            .noInput,
            "there is no file \(argument.quotedForMessage), and it is no \(noun); "
                + "give a file, the \(noun) itself or - for standard input")
    }

    private func parse(_ bytes: [UInt8], from source: String) throws(ConsoleError) -> Value {
        do throws(TokenError) {
            let isText = bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7f || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
            return isText ? try parseText(Self.normalized(bytes)) : try parseBytes(bytes)
        } catch {
            throw ConsoleError(.data, "\(source) holds no \(noun) (\(error)); give one as \(printedBy) prints it")
        }
    }

    /// Without white space, and in the URL-safe alphabet: HTTP headers carry tokens in the other one.
    private static func normalized(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
        return String(text.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }
}

extension EncodedInput<Token> {
    static var token: Self {
        EncodedInput(
            noun: "token", printedBy: "samnode authority issue",
            parseText: { text throws(TokenError) in try Token.parse(text: text) },
            parseBytes: { bytes throws(TokenError) in try Token.parse(bytes) })
    }
}

extension EncodedInput<ThirdPartyRequest> {
    static var thirdPartyRequest: Self {
        EncodedInput(
            noun: "third-party request", printedBy: "samnode token third-party request",
            parseText: { text throws(TokenError) in try ThirdPartyRequest.parse(text: text) },
            parseBytes: { bytes throws(TokenError) in try ThirdPartyRequest.parse(bytes) })
    }
}

extension EncodedInput<ThirdPartyBlock> {
    static var thirdPartyBlock: Self {
        EncodedInput(
            noun: "third-party block", printedBy: "samnode token third-party sign",
            parseText: { text throws(TokenError) in try ThirdPartyBlock.parse(text: text) },
            parseBytes: { bytes throws(TokenError) in try ThirdPartyBlock.parse(bytes) })
    }
}
