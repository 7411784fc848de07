import Testing

@testable import samnode

struct ColumnTableTests {
    @Test func cellsStandBelowEachOther() {
        var table = ColumnTable(.left("NAME"), .right("COUNT"), .left("NOTE"))
        table.add("a", "1", "")
        table.add("longer", "12345", "last")
        #expect(
            table.text == """
                NAME    COUNT  NOTE
                a           1
                longer  12345  last
                """)
    }

    @Test func headersAloneAreATable() {
        #expect(ColumnTable(.left("A"), .right("B")).text == "A  B")
    }

    @Test func widthCountsCharactersAndNotBytes() {
        var table = ColumnTable(.left("X"), .left("Y"))
        table.add("héé", "1")
        table.add("abcd", "2")
        #expect(table.text == "X     Y\nhéé   1\nabcd  2")
    }
}
