import ReachDiagnostics

/// Parses an expression by itself: the stored text of an attribute or segment.
package enum ExpressionParser {
    /// Throws a `Diagnostic` located in `source`. Line breaks separate nothing.
    package static func parse(_ source: SourceText) throws -> Expression {
        switch attempt(source.text) {
        case .success(let expression): return expression
        case .failure(let problem):
            let correction = Correction(text: source.text, lower: 0) { text in
                if case .failure(let problem) = attempt(text) { problem } else { nil }
            }
            let repair = Repair(source.text, lower: 0, grammar: nil, correction: correction)
            throw (repair?.better(than: problem) ?? problem).diagnostic(correction).located(in: source)
        }
    }

    package static func parse(_ text: String) throws -> Expression { try parse(SourceText(text)) }

    private static func attempt(_ text: String) -> Result<Expression, SyntaxProblem> {
        var parser = Parser(Lexer(text), grammar: nil)
        parser.indent = -1
        do throws(ParseFailure) {
            let expression = try parser.condition()
            if parser.peek().isEnd, parser.token(parser.state.index).isEnd { return .success(expression) }
            parser.record(.end)
            throw .unexpected
        } catch {
            return .failure(parser.problem(of: error))
        }
    }
}
