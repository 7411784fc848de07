import Overlay

/// The catalog as it was when another side began to compare, kept between two of its messages. Can be lost at any time: it
/// is made anew from the number in the message.
struct AnsweredComparison: Sendable {
    let number: UInt32
    let items: CatalogItems
    /// When it is not worth its memory any more.
    let deadline: Instant
}
