import Testing

@testable import ReachDiagnostics

struct DiagnosticRendererTests {
    private func sample(_ text: String, _ word: String, file: String? = nil, firstLine: Int = 1) -> Diagnostic {
        let lower = text.utf8.count - (text.range(of: word).map { text[$0.lowerBound...].utf8.count } ?? 0)
        let span = SourceSpan(lower, lower + word.utf8.count)
        return Diagnostic(
            "unknown-column", "column `\(word)` not found in `customers`", at: span,
            help: ["a similar column exists: `city`"]
        ).located(in: SourceText(text, file: file, firstLine: firstLine), statement: "count")
    }

    @Test func drawsTheLine() {
        #expect(
            DiagnosticRenderer().text(sample("count all by citty", "citty")) == """
                error[unknown-column]: column `citty` not found in `customers`
                  1 | count all by citty
                    |              ^^^^^
                  help: a similar column exists: `city`
                """)
    }

    @Test func namesTheFile() {
        let diagnostic = sample("tables\n\ncount all by citty\ntables", "citty", file: "weekly.reach")
        #expect(
            DiagnosticRenderer().text(diagnostic) == """
                error[unknown-column]: column `citty` not found in `customers`
                  --> weekly.reach:3:14
                  3 | count all by citty
                    |              ^^^^^
                  help: a similar column exists: `city`
                """)
    }

    @Test func marksByDisplayWidth() {
        let text = "count where 名前 = 'e\u{301}'\tand citty = 1\u{1B}"
        let lines = DiagnosticRenderer().text(sample(text, "citty", firstLine: 12)).split(separator: "\n")
        #expect(lines[1] == "  12 | count where 名前 = 'e\u{301}'  and citty = 1\u{FFFD}")
        #expect(lines[2] == "     |                             ^^^^^")
        #expect(DiagnosticRenderer().text(sample("日本", "日本")).contains("    | ^^^^\n"))
    }

    @Test func placesWithoutWidthAndAcrossLines() {
        let source = SourceText("count where\ncount")
        let end = Diagnostic("unexpected", "expected a condition", at: SourceSpan(11, 11)).located(in: source)
        #expect(DiagnosticRenderer().text(end).hasSuffix("  1 | count where\n    |            ^"))
        let both = Diagnostic("x", "y", at: SourceSpan(6, 17)).located(in: source)
        #expect(DiagnosticRenderer().text(both).hasSuffix("  1 | count where\n    |       ^^^^^"))
    }

    @Test func labelsAndColours() {
        var diagnostic = sample("count all by citty", "citty")
        diagnostic.labels = [Diagnostic.Label(SourceSpan(6, 9), "of these")]
        let lines = DiagnosticRenderer().text(diagnostic).split(separator: "\n")
        #expect(lines[3...4] == ["  1 | count all by citty", "    |       --- of these"])
        let colored = DiagnosticRenderer(isColored: true).text(diagnostic)
        #expect(colored.hasPrefix("\u{1B}[1;31merror[unknown-column]\u{1B}[0m"))
        #expect(!DiagnosticRenderer().text(diagnostic).contains("\u{1B}"))
    }

    @Test func longLinesAreShownInPart() {
        let text = "count where city in (" + (0..<2_000).map { "\"c\($0)\"" }.joined(separator: ", ") + ", citty)"
        let lines = DiagnosticRenderer(width: 80).text(sample(text, "citty")).split(separator: "\n")
        #expect(DisplayWidth.of(lines[1]) < 90)
        let caret = lines[2].firstIndex(of: "^").map { lines[2].distance(from: lines[2].startIndex, to: $0) } ?? 0
        #expect(lines[1].dropFirst(caret).hasPrefix("citty"))
    }

    @Test func json() {
        let text = sample("\"é\"\ncount all by \u{1F600}citty", "citty", file: "a\"b.reach").json
        #expect(
            text
                == #"{"error":{"code":"unknown-column","message":"column `citty` not found in `customers`","file":"a\"b.reach","#
                + #""statement":"count","line":2,"column":15,"length":5,"help":["a similar column exists: `city`"]}}"#)
        #expect(Diagnostic("a", "b\n\u{1}").json.contains(#""message":"b\n\u0001","file":null"#))
        #expect(JSONText.note("x\ty") == #"{"note":"x\ty"}"#)
    }
}

extension String {
    /// The first place of `part`.
    fileprivate func range(of part: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<endIndex }
            start = index(after: start)
        }
        return nil
    }
}
