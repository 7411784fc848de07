/// A name applied to terms, for example `right($file, "read")`.
public struct Predicate: Sendable {
    /// Letters, digits, `_` and `:`.
    public var name: String
    /// The arguments, at least one in source text.
    public var terms: [Term]

    /// A predicate; nothing is checked before it is used.
    public init(_ name: String, _ terms: [Term]) {
        self.name = name
        self.terms = terms
    }
}

extension Predicate: Hashable {
    public static func == (left: Predicate, right: Predicate) -> Bool {
        UTF8Order.isEqual(left.name, right.name) && left.terms == right.terms
    }

    public func hash(into hasher: inout Hasher) {
        UTF8Order.hash(name, into: &hasher)
        hasher.combine(terms)
    }
}

/// A predicate without variables: something that is the case.
public struct Fact: Sendable, Hashable {
    /// Name and terms together.
    public var predicate: Predicate

    /// The name of the predicate.
    public var name: String { predicate.name }
    /// The terms, none of them a variable.
    public var terms: [Term] { predicate.terms }

    /// A fact; variables in it are refused where it is used.
    public init(_ predicate: Predicate) {
        self.predicate = predicate
    }

    /// A fact of a name and its terms.
    public init(_ name: String, _ terms: [Term]) {
        self.init(Predicate(name, terms))
    }

    /// A fact of a name and its terms.
    public init(_ name: String, _ terms: Term...) {
        self.init(Predicate(name, terms))
    }
}
