/// What a figure is held to.
enum Bar {
    /// Prints a verdict in one line.
    static func judge(_ what: String, _ figure: Double, atMost limit: Double, unit: String = "") {
        say(what, figure, "at most", limit, unit, holds: figure <= limit)
    }

    static func judge(_ what: String, _ figure: Double, atLeast limit: Double, unit: String = "") {
        say(what, figure, "at least", limit, unit, holds: figure >= limit)
    }

    private static func say(
        _ what: String, _ figure: Double, _ relation: String, _ limit: Double, _ unit: String, holds: Bool
    ) {
        let unit = unit.isEmpty ? "" : " \(unit)"
        print(
            "\(holds ? "holds      " : "falls short") \(what): \(figure.text(2))\(unit), \(relation) \(limit.text(2))\(unit)"
        )
    }
}
