/// How the demo backend behaves.
struct DemoSettings: Sendable {
    /// Ids that `GET /v1/models` lists and requests may name.
    var models = ["sam-demo"]
    /// Pieces of text per second. Higher: answers look instant. Lower: streaming is easier to watch.
    var tokensPerSecond = 20.0
    /// Bytes of a request's body.
    var bodyCapacity = 16 << 20
    /// Inputs of one embeddings request; OpenAI takes 2,048.
    var inputCapacity = 2_048
    /// Numbers in an embedding unless the request asks for another length, and the most it can ask for.
    var dimensions = 256
    var dimensionsCapacity = 4_096
}
