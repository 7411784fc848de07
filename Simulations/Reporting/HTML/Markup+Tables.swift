extension Markup {
    /// A cell of a table with the class that it has.
    struct Cell {
        let text: String
        var style: String?

        init(_ text: String, _ style: String? = nil) {
            self.text = text
            self.style = style
        }

        var attributes: [(StaticString, String)] {
            if let style { [("class", style)] } else { [] }
        }
    }

    /// A table that scrolls by itself where the page is narrow.
    mutating func addTable(_ titles: [String], _ rows: [[Cell]]) {
        add("div", [("class", "scroll"), ("tabindex", "0")]) { box in
            box.add("table") { table in
                table.add("thead") { head in
                    head.add("tr") { row in for title in titles { row.add("th", [("scope", "col")], title) } }
                }
                table.add("tbody") { body in
                    for cells in rows {
                        body.add("tr") { row in
                            for cell in cells { row.add("td", cell.attributes, cell.text) }
                        }
                    }
                }
            }
        }
    }

    /// Colours and what they stand for.
    mutating func addLegend(_ items: [(style: String, text: String)]) {
        guard !items.isEmpty else { return }
        add("ul", [("class", "legend")]) { list in
            for item in items {
                list.add("li") { entry in
                    entry.add("i", [("class", item.style)], "")
                    entry.add(text: item.text)
                }
            }
        }
    }
}
