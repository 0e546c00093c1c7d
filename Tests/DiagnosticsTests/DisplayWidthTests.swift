import Testing

@testable import ReachDiagnostics

struct DisplayWidthTests {
    @Test(arguments: [
        ("abc", 3), ("Москва", 6), ("日本", 4), ("e\u{301}", 1), ("é", 1), ("👍", 2), ("👩‍👧", 2), ("❤️", 2), ("❤", 1),
        ("🇫🇷", 2),
        ("ｱ", 1), ("Ａ", 2), ("\u{200B}", 0), ("한국", 4), ("a\u{301}\u{302}b", 2), ("", 0),
    ])
    func widths(_ text: String, _ width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test func tabsAndPadding() {
        #expect(DisplayWidth.expandingTabs("a\tb\t日\tc") == "a   b   日  c")
        #expect(DisplayWidth.padded("日", to: 4) == "日  ")
        #expect(DisplayWidth.padded("ab", to: 4, right: true) == "  ab")
        #expect(DisplayWidth.shortened("日本語", to: 5) == "日本…")
        #expect(DisplayWidth.shortened("日本語", to: 6) == "日本語")
        #expect(DisplayWidth.shortened("abc", to: 0) == "")
    }

    @Test func controlsAreShownNotObeyed() {
        #expect(PlainText.visible("a\u{1B}[31mb\u{202E}c\n") == "a\u{FFFD}[31mb\u{FFFD}c\u{FFFD}")
        #expect(PlainText.visible("a\tb\n", keepsLayout: true) == "a\tb\n")
    }
}
