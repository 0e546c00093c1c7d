import ReachDiagnostics

/// Turns fixes into whole lines that can be typed, each tried before it is offered.
struct Correction {
    /// The statement as written.
    let text: String
    /// Offset of `text` in what spans point into.
    let lower: Int
    /// What is wrong with a text; nil where it parses.
    let check: (String) -> SyntaxProblem?

    /// Longer lines would be no help; then only the changed words are shown.
    private static let longestLine = 160

    /// A line for each fix that leads to a text which parses, further mistakes mended too; else what the fix writes.
    func lines(for problem: SyntaxProblem) -> [String] {
        var lines: [String] = []
        for fix in problem.fixes.prefix(3) {
            let corrected = Self.apply(fix, to: text, lower: lower)
            if let whole = completed(corrected, attempts: 6), whole.count <= Self.longestLine {
                lines.append(Self.onOneLine(whole))
                if problem.oneFixIsEnough { break }
            } else if fix.edits.allSatisfy({ !$0.text.isEmpty && $0.span.upper > $0.span.lower }) {
                lines.append(fix.edits.map(\.text).joined(separator: " … ").trimmed)
            }
        }
        return lines.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Whether the fix alone makes the text parse, or at least leads to one that does.
    func leads(_ fix: Fix) -> Bool { completed(Self.apply(fix, to: text, lower: lower), attempts: 2) != nil }

    private func completed(_ candidate: String, attempts: Int) -> String? {
        guard let problem = check(candidate) else { return candidate }
        guard attempts > 0, let fix = problem.fixes.first else { return nil }
        return completed(Self.apply(fix, to: candidate, lower: 0), attempts: attempts - 1)
    }

    /// The text with the edits made; words are kept apart from their neighbours.
    static func apply(_ fix: Fix, to text: String, lower: Int) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var position = 0
        for edit in fix.edits {
            let from = min(max(edit.span.lower - lower, position), bytes.count)
            let to = min(max(edit.span.upper - lower, from), bytes.count)
            result += bytes[position..<from]
            position = to
            let inserted = Array(edit.text.utf8)
            if inserted.isEmpty {
                // A deleted word takes one of the blanks around it along.
                if result.last == 0x20 || result.isEmpty, position < bytes.count, bytes[position] == 0x20 {
                    position += 1
                }
                continue
            }
            if let last = result.last, isWordByte(last), isWordByte(inserted[0]) { result.append(0x20) }
            result += inserted
            if position < bytes.count, isWordByte(bytes[position]), isWordByte(inserted[inserted.count - 1]) {
                result.append(0x20)
            }
        }
        result += bytes[position...]
        return String(decoding: result, as: UTF8.self).trimmed
    }

    /// Statements over several lines are offered on one, without their comments.
    static func onOneLine(_ text: String) -> String {
        guard text.utf8.contains(0x0A) else { return text }
        let bytes = Array(text.utf8)
        var result = ""
        for token in Lexer.tokens(of: text) where !token.isEnd {
            if token.hasBlankBefore, !result.isEmpty { result += " " }
            result += String(decoding: bytes[token.span.lower..<token.span.upper], as: UTF8.self)
        }
        return result
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
    }
}

extension String {
    /// Without blanks and line breaks at either end.
    var trimmed: String {
        var scalars = unicodeScalars[...]
        while let first = scalars.first, CharacterClass.isBlank(first) { scalars.removeFirst() }
        while let last = scalars.last, CharacterClass.isBlank(last) { scalars.removeLast() }
        return String(scalars)
    }
}

extension SyntaxProblem {
    /// The diagnostic, its fixes rendered by `correction`.
    func diagnostic(_ correction: Correction) -> Diagnostic {
        Diagnostic(code, message, at: span, labels: labels, help: correction.lines(for: self) + help)
    }
}
