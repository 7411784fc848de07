import Mutations

/// Something that takes bytes from outside, with what is needed to try it.
package struct FuzzTarget: Sendable {
    /// How inputs are made from the samples.
    package enum Form: String, Sendable {
        /// Numbers and lengths.
        case bytes
        /// Protobuf, changed field by field most of the time.
        case message
        /// Text.
        case text
        /// The target draws what is said and changes some of it on its way; there is no input.
        case conversation
    }

    /// As it is called on the command line.
    package let name: String
    /// What it is the decoder of, for people.
    package let subject: String
    /// How inputs are made.
    package let form: Form
    /// Valid inputs.
    package let samples: [[UInt8]]
    /// Pieces that mean something inside inputs.
    let words: [[UInt8]]
    let attempt: @Sendable ([UInt8], inout FuzzRandom) -> FuzzOutcome

    init(
        _ name: String, _ subject: String, form: Form, samples: [[UInt8]] = [], words: [[UInt8]] = [],
        attempt: @escaping @Sendable ([UInt8], inout FuzzRandom) -> FuzzOutcome
    ) {
        self.name = name
        self.subject = subject
        self.form = form
        self.samples = samples
        self.words = words
        self.attempt = attempt
    }

    /// A decoder alone.
    package static func decoder<Value>(
        _ name: String, _ subject: String, form: Form = .bytes, samples: [[UInt8]], words: [[UInt8]] = [],
        decode: @escaping @Sendable ([UInt8]) throws -> Value
    ) -> FuzzTarget {
        FuzzTarget(name, subject, form: form, samples: samples, words: words) { input, _ in
            do {
                return .accepted(kindOf: try decode(input))
            } catch {
                return .refused(error)
            }
        }
    }

    /// A decoder and its encoder: what is read must be the same when it was written and read again.
    package static func codec<Value>(
        _ name: String, _ subject: String, form: Form = .bytes, samples: [[UInt8]], words: [[UInt8]] = [],
        decode: @escaping @Sendable ([UInt8]) throws -> Value,
        encode: @escaping @Sendable (Value) throws -> [UInt8]
    ) -> FuzzTarget {
        FuzzTarget(name, subject, form: form, samples: samples, words: words) { input, _ in
            let value: Value
            do {
                value = try decode(input)
            } catch {
                return .refused(error)
            }
            do {
                let written = try encode(value)
                let again = try encode(try decode(written))
                guard again == written else { return .broken("is written otherwise when it was read again: \(value)") }
                return .accepted(kindOf: value)
            } catch {
                return .broken("cannot be read again (\(error)): \(value)")
            }
        }
    }

    /// A reader of text and its writer.
    package static func text<Value>(
        _ name: String, _ subject: String, samples: [String], words: [String] = [],
        read: @escaping @Sendable (String) throws -> Value,
        write: (@Sendable (Value) -> String)? = nil
    ) -> FuzzTarget {
        let samples = samples.map { Array($0.utf8) }
        let words = words.map { Array($0.utf8) }
        let decode: @Sendable ([UInt8]) throws -> Value = { try read(String(decoding: $0, as: UTF8.self)) }
        guard let write else {
            return decoder(name, subject, form: .text, samples: samples, words: words, decode: decode)
        }
        return codec(name, subject, form: .text, samples: samples, words: words, decode: decode) {
            Array(write($0).utf8)
        }
    }

    /// Turns an absent value into a refusal.
    package static func require<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw FuzzRefusal(reason: "nothing") }
        return value
    }
}
