/// A drawing with its title, its legend, and its values as a table.
struct ChartCard {
    let title: String
    let note: String
    let drawing: Markup
    var legend: [(style: String, text: String)] = []
    var titles: [String] = []
    var rows: [[String]] = []

    func add(to page: inout Markup) {
        page.add("figure") { figure in
            figure.add("figcaption") { caption in
                caption.add("h3", [], title)
                caption.add("p", [], note)
            }
            figure.addLegend(legend)
            figure.add("div", [("class", "scroll")]) { $0.add(drawing) }
            guard !rows.isEmpty else { return }
            figure.add("details") { details in
                details.add("summary", [], "Values")
                details.addTable(titles, rows.map { $0.map { Markup.Cell($0) } })
            }
        }
    }
}
