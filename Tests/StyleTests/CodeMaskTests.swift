import Testing

struct CodeMaskTests {
    @Test(
        arguments: [
            ("let a = 1 // try! this", "let a = 1 " + String(repeating: " ", count: 12)),
            ("a /* x /* y */ z */ b", "a                   b"),
            ("\"try! \\(f(\"as!\") + g()) x\" + c", "\"     \\(f(\"   \") + g())  \" + c"),
            ("#\"a \\(b) \" c\"# + d", "#\"" + String(repeating: " ", count: 10) + "\"# + d"),
            ("\"\"\"\n  try! \"x\"\n  \"\"\" + e", "\"\"\"\n          \n  \"\"\" + e"),
            ("\"\\\\\" + f(\")\")", "\"  \" + f(\" \")"),
            ("#if os(Linux)", "#if os(Linux)"),
        ])
    func masks(text: String, code: String) {
        #expect(CodeMask.masked(text) == code)
    }
}
