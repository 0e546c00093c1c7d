import ReachDiagnostics

extension Lexer {
    /// The characters that close a text opened by `scalar`, or nil where it opens none.
    static func closingQuotes(_ scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
        switch scalar {
        case "\"", "'", "”", "’": [scalar]
        case "“": ["”"]
        case "„": ["“", "”"]
        case "«": ["»"]
        case "»": ["«", "»"]
        case "‘": ["’"]
        case "‚": ["‘", "’"]
        default: nil
        }
    }

    /// A text from its opening quote; ends on its line unless it is in `"""`.
    mutating func quotedText(opening: Int, closers: [Unicode.Scalar]) -> Token.Kind {
        let start = position
        if matchesTripleQuote(start) { return blockText() }
        var content: [UInt8] = []
        position += opening
        while position < limit, bytes[position] != UInt8(ascii: "\n") {
            let (scalar, length) = scalar(at: position)
            if closers.contains(scalar) {
                let (next, _) = self.scalar(at: position + length)
                guard position + length < limit, next == scalar else {
                    position += length
                    return .text(String(decoding: content, as: UTF8.self))
                }
                position += length
            }
            content.append(contentsOf: bytes[position..<(position + length)])
            position += length
        }
        return .invalid(.unterminated(String(closers[0]), name: false, at: span(start, trimmedEnd(start))))
    }

    private func matchesTripleQuote(_ offset: Int) -> Bool {
        (0..<3).allSatisfy { byte(offset + $0) == UInt8(ascii: "\"") }
    }

    /// `"""…"""`, taken as it stands. The last three of a run of quotes close it, so that a text may end in a quote.
    private mutating func blockText() -> Token.Kind {
        let start = position
        position += 3
        while position < limit {
            guard matchesTripleQuote(position) else {
                position += 1
                continue
            }
            while byte(position + 3) == UInt8(ascii: "\"") { position += 1 }
            position += 3
            return .text(text(start + 3, position - 3))
        }
        return .invalid(.unterminatedBlock(at: span(start, start + 3)))
    }
}
