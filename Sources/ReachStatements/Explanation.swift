import ReachColumns
import ReachEngine
import ReachLanguage
import ReachPlan

/// What `explain` prints.
extension Session {
    /// Of a statement about customers or rows: canonical text, sentence, dates, missing values, narrowing, plan.
    func explanation(of statement: Statement, subject: BoundSubject, plan: LogicalPlan) throws -> Answer {
        let pinned = try pin()
        let binder = try binder(for: statement)
        var answer = plainExplanation(of: statement)
        let explanation = binder.explanation(of: subject, plan: plan)
        answer.facts.append(Fact("sentence", explanation.sentence))
        answer.view.append(.line(explanation.sentence))
        for (heading, lines) in [("dates", explanation.dates), ("missing values", explanation.missing)]
        where !lines.isEmpty {
            answer.view.append(.heading(heading))
            answer.view += lines.map { .line("  " + $0) }
        }
        let narrowing = try narrowingGrid(subject, pinned)
        if !narrowing.isEmpty { answer.view += [.heading("narrowing"), .grid(narrowing)] }
        answer.view.append(.heading("plan"))
        answer.view += explanation.plan.split(separator: "\n").map { .line("  " + $0) }
        answer.warnings = binder.warnings
        return answer
    }

    /// Of any other statement: its canonical text and what it does.
    func plainExplanation(of statement: Statement) -> Answer {
        let text = grammar.format(statement)
        var answer = Answer("explain", headline: text)
        answer.facts = [Fact("canonical", text)]
        if let definition = Catalogue.definition(statement.keyword) {
            answer.view = [.line("\(statement.keyword): \(definition.syntax.summary)")]
        }
        return answer
    }

    private func narrowingGrid(_ subject: BoundSubject, _ pinned: Pinned) throws -> [[ViewCell]] {
        let parts = subject.audience.parts
        let narrowing = try pinned.engine.narrow(parts.map(\.condition))
        return zip(parts, narrowing.steps).map { part, figures in
            [
                ViewCell(part.text), ViewCell(part.sentence, isFaint: true), .count(figures.alone),
                ViewCell("left \(Figure.count(figures.together))", .right),
                ViewCell(figures.missing > 0 ? "missing \(Figure.count(figures.missing))" : "", .right, isFaint: true),
            ]
        }
    }
}
