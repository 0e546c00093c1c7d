import ReachDiagnostics

/// Hands out the statements of a text that arrives in pieces, each as soon as its end is known: at its `;`, when a line comes that does
/// not belong to it, or at the end of the text.
package struct StatementReader {
    private let grammar: Grammar
    private let file: String?
    private var bytes: [UInt8] = []
    /// Where the next statement begins in `bytes`.
    private var start = 0
    /// The start of some line at or before `start`, and its number.
    private var knownLine = (offset: 0, number: 1)
    private var isFinished = false
    /// Nothing that could end a statement came since the last look.
    private var isWaiting = false
    /// Inside brackets lines end nothing: another look before `)` or `;` is worth it only when this much text is there.
    private var nextLook = 0

    /// `file` is named in diagnostics.
    package init(_ grammar: Grammar, file: String? = nil) {
        self.grammar = grammar
        self.file = file
    }

    /// More of the text.
    package mutating func feed(_ text: String) {
        bytes += text.utf8
        let mayEnd = text.utf8.contains { byte in
            byte == UInt8(ascii: ";") || byte == UInt8(ascii: ")") || (byte == UInt8(ascii: "\n") && nextLook == 0)
        }
        if mayEnd || (nextLook > 0 && bytes.count >= nextLook) { isWaiting = false }
    }

    /// There is no more text: what is left is complete.
    package mutating func finish() {
        isFinished = true
        isWaiting = false
    }

    /// The next statement whose end is known, nil where more text is needed or none is left. Throws a located `Diagnostic` for a statement
    /// that does not parse; the next call goes on behind it.
    package mutating func next() throws -> Statement? {
        guard !isWaiting else { return nil }
        skipLineBreaks()
        var parser = Parser(Lexer(bytes, from: start, base: start), grammar: grammar, recording: .none)
        guard let parsed = parser.nextStatement() else {
            // Blanks and comments: nothing to keep but an unfinished last line.
            drop(upTo: isFinished ? bytes.count : startOfLastLine)
            isWaiting = true
            return nil
        }
        guard isEndKnown(parsed) else {
            isWaiting = true
            nextLook = parsed.hasOpenBracket ? bytes.count + (bytes.count - start) / 4 : 0
            return nil
        }
        nextLook = 0
        // The statement keeps its place in the whole text by the line on which its own begins.
        let begin = start + parsed.span.lower
        let lineStart = startOfLine(begin)
        let source = SourceText(
            String(decoding: bytes[lineStart..<(start + parsed.span.upper)], as: UTF8.self), file: file,
            firstLine: lineNumber(at: lineStart))
        let end = start + parsed.end
        var placed = parsed
        if lineStart != start {
            var own = Parser(
                Lexer(bytes, from: begin, limit: end, base: lineStart), grammar: grammar, recording: .none)
            placed = own.nextStatement() ?? parsed
        }
        drop(upTo: end)
        return try grammar.statement(placed, in: source)
    }

    /// Most statements begin their line, and so have their places in it.
    private mutating func skipLineBreaks() {
        while start < bytes.count, bytes[start] == UInt8(ascii: "\n") { start += 1 }
    }

    private func isEndKnown(_ parsed: ParsedStatement) -> Bool {
        switch parsed.terminator {
        case .semicolon: true
        case .line(let next): isFinished || start + next < startOfLastLine
        case .endOfText: isFinished
        }
    }

    private var startOfLastLine: Int { startOfLine(bytes.count) }

    private func startOfLine(_ offset: Int) -> Int {
        var index = offset
        while index > 0, bytes[index - 1] != UInt8(ascii: "\n") { index -= 1 }
        return index
    }

    /// The number of the line that starts at `offset`, counted on from the last one asked for.
    private mutating func lineNumber(at offset: Int) -> Int {
        let breaks = bytes[knownLine.offset..<offset].reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
        knownLine = (offset, knownLine.number + breaks)
        return knownLine.number
    }

    /// Forgets what lies before `end`. The line it is in stays, its indentation counts for a statement behind a `;`. Bytes are moved only
    /// when most of them are used up, so that a long text is not copied for every statement.
    private mutating func drop(upTo end: Int) {
        start = max(start, end)
        let lineStart = startOfLine(start)
        guard lineStart > bytes.count / 2 else { return }
        knownLine = (0, lineNumber(at: lineStart))
        bytes.removeSubrange(0..<lineStart)
        start -= lineStart
    }
}

extension Grammar {
    /// What has been typed or pasted so far, statement by statement.
    package struct Reading {
        /// Complete statements and mistakes, in order, located in the text.
        package let statements: [Result<Statement, Diagnostic>]
        /// The last one still requires something: more lines are to be read before any of it is final.
        package let wantsMore: Bool
    }

    /// Reads interactive input. An empty line at the end ends a statement whatever it still requires.
    package func read(_ source: SourceText) -> Reading {
        var parser = Parser(Lexer(source.text), grammar: self, recording: .none)
        var statements: [Result<Statement, Diagnostic>] = []
        var wantsMore = false
        while let parsed = parser.nextStatement() {
            wantsMore = parsed.wantsMore
            do {
                statements.append(.success(try statement(parsed, in: source)))
            } catch let diagnostic as Diagnostic {
                statements.append(.failure(diagnostic))
            } catch {
                statements.append(.failure(Diagnostic("bug", kind: .bug, "\(error)")))
            }
        }
        return Reading(statements: statements, wantsMore: wantsMore && !endsInEmptyLine(source.text))
    }

    private func endsInEmptyLine(_ text: String) -> Bool {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard lines.count > 1, let last = lines.last else { return false }
        return last.unicodeScalars.allSatisfy(CharacterClass.isBlank)
    }
}
