/// A half-open range of UTF-8 byte offsets into one `SourceText`.
package struct SourceSpan: Hashable, Sendable {
    package let lower: Int
    package let upper: Int

    package init(_ lower: Int, _ upper: Int) {
        precondition(lower <= upper, "a span runs forwards")
        self.lower = lower
        self.upper = upper
    }

    /// The smallest span that holds both.
    package func union(_ other: SourceSpan) -> SourceSpan {
        SourceSpan(min(lower, other.lower), max(upper, other.upper))
    }

    /// Nothing wide, at the end of this span.
    package var end: SourceSpan { SourceSpan(upper, upper) }
}

/// What a user wrote, with the name of the file it came from; spans point into it.
package struct SourceText: Hashable, Sendable {
    /// The path of a script, or nil for what was typed, piped or given with `-c`.
    package let file: String?
    package let text: String
    /// The line of `file` at which `text` starts, 1-based; pieces of a stream keep their place.
    package let firstLine: Int

    package init(_ text: String, file: String? = nil, firstLine: Int = 1) {
        var contiguous = text
        contiguous.makeContiguousUTF8()
        self.text = contiguous
        self.file = file
        self.firstLine = firstLine
    }

    package subscript(span: SourceSpan) -> String {
        let utf8 = text.utf8
        let from = utf8.index(utf8.startIndex, offsetBy: min(span.lower, utf8.count))
        let to = utf8.index(utf8.startIndex, offsetBy: min(span.upper, utf8.count))
        return String(decoding: utf8[from..<to], as: UTF8.self)
    }

    /// Line (1-based, counted from `firstLine`), column (1-based, in characters) and the text of the line that holds `offset`.
    package func location(of offset: Int) -> (line: Int, column: Int, lineText: String, lineStart: Int) {
        let bytes = Array(text.utf8)
        let clamped = min(max(offset, 0), bytes.count)
        var lineStart = 0
        var line = firstLine
        var index = 0
        while index < clamped {
            if bytes[index] == 0x0A {
                line += 1
                lineStart = index + 1
            }
            index += 1
        }
        var lineEnd = clamped
        while lineEnd < bytes.count, bytes[lineEnd] != 0x0A { lineEnd += 1 }
        let before = String(decoding: bytes[lineStart..<clamped], as: UTF8.self)
        var lineText = String(decoding: bytes[lineStart..<lineEnd], as: UTF8.self)
        if lineText.hasSuffix("\r") { lineText.removeLast() }
        return (line, before.count + 1, lineText, lineStart)
    }
}
