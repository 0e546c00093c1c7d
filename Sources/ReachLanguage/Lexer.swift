import ReachDiagnostics

/// Cuts text into tokens, one at a time. Never fails: what is no token becomes an `.invalid` one that says why.
///
/// Reading is strictly forwards and needs no state of the parser, so text can be read as far as it has arrived.
package struct Lexer {
    let bytes: [UInt8]
    /// Where reading stops.
    let limit: Int
    /// Subtracted from offsets into `bytes` to make spans.
    let base: Int
    var position: Int
    private(set) var indent = 0
    private(set) var isFirstInLine = true
    /// Whether a comment runs up to `limit`: what is typed next belongs to it.
    package private(set) var endsInComment = false

    /// Reads `bytes[start..<limit]`; spans count from `base`.
    package init(_ bytes: [UInt8], from start: Int = 0, limit: Int? = nil, base: Int = 0) {
        self.bytes = bytes
        self.limit = limit ?? bytes.count
        self.base = base
        position = start
        // A statement that starts behind a `;` has the indentation of its line.
        var lineStart = start
        while lineStart > 0, bytes[lineStart - 1] != UInt8(ascii: "\n") { lineStart -= 1 }
        position = lineStart
        skipLineStart(upTo: start)
        isFirstInLine = position >= start
        position = start
    }

    package init(_ text: String) { self.init(Array(text.utf8)) }

    /// All tokens of the text, the last one `.end`.
    package static func tokens(of text: String) -> [Token] {
        var lexer = Lexer(text)
        var tokens: [Token] = []
        repeat { tokens.append(lexer.next()) } while tokens.last?.isEnd == false
        return tokens
    }

    /// The next token; `.end` again and again once the text is used up.
    package mutating func next() -> Token {
        let before = position
        skipBlanksAndComments()
        let start = position
        let first = isFirstInLine
        let kind = start < limit ? token() : .end
        if start < limit { isFirstInLine = false }
        return Token(
            kind: kind, span: span(start, position), isFirstInLine: first, indent: indent,
            hasBlankBefore: start > before || first)
    }

    func span(_ lower: Int, _ upper: Int) -> SourceSpan { SourceSpan(lower - base, upper - base) }

    func text(_ lower: Int, _ upper: Int) -> String { String(decoding: bytes[lower..<upper], as: UTF8.self) }

    /// The byte at `offset`, or 0 behind the end.
    func byte(_ offset: Int) -> UInt8 { offset < limit ? bytes[offset] : 0 }

    func isDigit(_ offset: Int) -> Bool { byte(offset) >= 0x30 && byte(offset) <= 0x39 }

    /// The scalar at `offset` and how many bytes it takes.
    func scalar(at offset: Int) -> (scalar: Unicode.Scalar, length: Int) {
        let first = byte(offset)
        if first < 0x80 { return (Unicode.Scalar(first), 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
        guard length > 1, offset + length <= limit else { return ("\u{FFFD}", 1) }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for next in bytes[(offset + 1)..<(offset + length)] {
            guard next & 0xC0 == 0x80 else { return ("\u{FFFD}", 1) }
            value = value << 6 | UInt32(next & 0x3F)
        }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
    }

    /// Where the run of letters, digits and `_` from `offset` ends.
    func endOfWord(_ offset: Int) -> Int {
        var end = offset
        while end < limit {
            let (scalar, length) = scalar(at: end)
            guard CharacterClass.continuesName(scalar) else { break }
            end += length
        }
        return end
    }

    /// Offset of the next line break, or of the end.
    func endOfLine(_ offset: Int) -> Int {
        var end = offset
        while end < limit, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        return end
    }

    private mutating func skipLineStart(upTo end: Int) {
        indent = 0
        while position < end {
            let (scalar, length) = scalar(at: position)
            guard scalar != "\n", CharacterClass.isBlank(scalar) else { return }
            indent = scalar == "\t" ? (indent / 8 + 1) * 8 : indent + 1
            position += length
        }
    }

    private mutating func skipBlanksAndComments() {
        var mayStartComment = isFirstInLine || (position > 0 && byte(position - 1) == UInt8(ascii: ";"))
        endsInComment = false
        while position < limit {
            let (scalar, length) = scalar(at: position)
            if scalar == "\n" {
                position += 1
                isFirstInLine = true
                skipLineStart(upTo: limit)
                mayStartComment = true
            } else if CharacterClass.isBlank(scalar) {
                position += length
                mayStartComment = true
            } else if mayStartComment, startsComment() {
                position = endOfLine(position)
                endsInComment = position == limit
            } else {
                return
            }
        }
    }

    private func startsComment() -> Bool {
        if byte(position) == UInt8(ascii: "#") { return true }
        guard byte(position) == UInt8(ascii: "-"), byte(position + 1) == UInt8(ascii: "-") else { return false }
        return position + 2 >= limit || CharacterClass.isBlank(scalar(at: position + 2).scalar)
    }
}
