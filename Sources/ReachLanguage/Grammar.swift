import ReachDiagnostics

/// The statements of the language; everything about their text follows from their definitions.
package struct Grammar: Sendable {
    package let statements: [StatementSyntax]
    /// By keyword and alias, lower case.
    let byKeyword: [String: StatementSyntax]

    package init(_ statements: [StatementSyntax]) {
        self.statements = statements
        var byKeyword: [String: StatementSyntax] = [:]
        for statement in statements {
            for word in [statement.keyword] + statement.aliases { byKeyword[Words.key(word)] = statement }
        }
        self.byKeyword = byKeyword
    }

    /// The statement's definition, by keyword or alias in whatever case.
    package func syntax(of keyword: String) -> StatementSyntax? { byKeyword[Words.key(keyword)] }

    /// Parses everything, as it must be before anything of a script runs. Throws the first mistake as a `Diagnostic` located in `source`.
    package func parseScript(_ source: SourceText) throws -> [Statement] {
        var parser = Parser(Lexer(source.text), grammar: self, recording: .none)
        var statements: [Statement] = []
        while let parsed = parser.nextStatement() { statements.append(try statement(parsed, in: source)) }
        return statements
    }

    /// Parses the one statement that `text` is.
    package func parse(_ text: String) throws -> Statement {
        let source = SourceText(text)
        let statements = try parseScript(source)
        guard let statement = statements.first, statements.count == 1 else {
            throw Diagnostic("one-statement", "expected one statement", at: statements.dropFirst().first?.span)
                .located(in: source)
        }
        return statement
    }

    /// The statement, or its mistake told with the lines that can be typed instead.
    func statement(_ parsed: ParsedStatement, in source: SourceText) throws -> Statement {
        switch parsed.result {
        case .success(let statement): return statement.located(in: source)
        case .failure(let problem):
            let text = source[parsed.span]
            // A statement with several mistakes: the help for one mends the others by their plainest fix.
            let plain = { (text: String) in firstProblem(in: text) }
            let mended = { (text: String) in
                firstProblem(in: text).map { better($0, text, 0, Correction(text: text, lower: 0, check: plain)) }
            }
            let lower = parsed.span.lower
            let told = better(problem, text, lower, Correction(text: text, lower: lower, check: plain))
            throw told.diagnostic(Correction(text: text, lower: lower, check: mended))
                .located(in: source, statement: parsed.keyword)
        }
    }

    private func better(
        _ problem: SyntaxProblem, _ text: String, _ lower: Int, _ correction: Correction
    ) -> SyntaxProblem {
        let repair = Repair(text, lower: lower, grammar: self, correction: correction)
        return repair?.better(than: problem) ?? problem
    }

    /// What is wrong with a text of one statement, before any repair.
    private func firstProblem(in text: String) -> SyntaxProblem? {
        var parser = Parser(Lexer(text), grammar: self, recording: .none)
        guard let parsed = parser.nextStatement() else {
            return SyntaxProblem("empty", "expected a statement", at: SourceSpan(0, 0))
        }
        if case .failure(let problem) = parsed.result { return problem }
        guard let next = parser.nextStatement() else { return nil }
        return SyntaxProblem("two-statements", "expected one statement", at: next.span)
    }
}
