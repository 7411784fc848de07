/// A refusal with a reason of its own, for decoders whose errors quote the input.
struct FuzzRefusal: Error {
    let reason: String
}
