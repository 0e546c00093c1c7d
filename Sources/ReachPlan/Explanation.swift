import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// What `explain` tells of a population.
package struct Explanation: Hashable, Sendable {
    /// Canonical text: ``orders of segment `lapsed` where total > 100``.
    package let text: String
    /// The same in English.
    package let sentence: String
    /// What relative dates and periods come to, each once, in order of appearance: `60d: 2026-09-23`.
    package let dates: [String]
    /// What missing values do.
    package let missing: [String]
    /// The plan, a line per node, indented.
    package let plan: String
}

extension Binder {
    /// All about a subject and what is asked of it. Any binder over the context that bound the subject gives the same.
    package func explanation(of subject: BoundSubject, plan: LogicalPlan) -> Explanation {
        let ofRows = subject.rows?.dates ?? []
        return Explanation(
            text: subject.description, sentence: sentence(subject),
            dates: ofRows + subject.audience.dates.filter { !ofRows.contains($0) }, missing: missingNotes(subject),
            plan: PlanPrinter(schema).tree(plan).joined(separator: "\n"))
    }

    /// `customers: more than 2 orders and last seen before 2026-09-23`
    package func sentence(_ subject: BoundSubject) -> String {
        func joined(_ parts: [BoundPart]) -> String { parts.map(\.sentence).joined(separator: " and ") }
        let audience = subject.audience
        let people = audience.parts.isEmpty ? "all customers" : "customers: \(joined(audience.parts))"
        guard let rows = subject.rows else { return people }
        let what = rows.parts.isEmpty ? "all \(rows.tableName)" : "\(rows.tableName): \(joined(rows.parts))"
        return audience.parts.isEmpty ? what : "\(what); of \(people)"
    }

    private func missingNotes(_ subject: BoundSubject) -> [String] {
        let notes = MissingNotes(context: context)
        let ofRows = subject.rows.map { notes.notes(on: $0.filter, table: $0.table) } ?? []
        return ofRows + notes.notes(on: subject.audience.condition)
    }

    /// What relative dates in an audience come to.
    func dates(in audience: AudienceSyntax?) -> [String] {
        var collector = DateCollector(binder: self)
        if let audience { collector.visit(audience) } else { collector.visitCurrent() }
        return collector.dates
    }

    /// What relative dates in a window and condition over rows come to.
    func dates(in window: Window?, _ condition: Expression?) -> [String] {
        var collector = DateCollector(binder: self)
        if let window { collector.visit(window) }
        if let condition { collector.visit(condition) }
        return collector.dates
    }
}

/// Walks syntax, definitions included, and resolves every relative date it meets.
private struct DateCollector {
    let binder: Binder
    var dates: [String] = []
    private var visited: Set<String> = []

    init(binder: Binder) { self.binder = binder }

    mutating func visitCurrent() {
        if let current = binder.context.current { visit(current.audience) }
    }

    mutating func visit(_ audience: AudienceSyntax) {
        visit(audience.base)
        if let condition = audience.condition { visit(condition) }
        if audience.base == nil, audience.condition == nil { visitCurrent() }
    }

    private mutating func visit(_ base: AudienceSyntax.Base?) {
        switch base {
        case .current: visitCurrent()
        case .segment(let name): visitDefinition(name.text)
        case .all, nil: break
        }
    }

    private mutating func visitDefinition(_ name: String) {
        guard visited.insert(Name.fold(name)).inserted, let expression = binder.context.definition(name)?.expression
        else { return }
        visit(expression)
    }

    private mutating func note(_ text: String, _ meaning: String) {
        let date = "\(text): \(meaning)"
        if !dates.contains(date) { dates.append(date) }
    }

    private mutating func note(_ duration: Duration) {
        note(duration.canonicalText, EnglishRenderer(binder).border(duration))
    }

    private mutating func note(_ written: DurationOrParameter) {
        if let duration = try? binder.duration(written) { note(duration) }
    }

    private mutating func note(_ period: Period) {
        note(period.canonicalText, EnglishRenderer(binder).stretch(period))
    }

    private mutating func visit(_ literal: Literal) {
        switch literal {
        case .duration(let duration): note(duration)
        case .period(let period): note(period)
        case .today: note("today", CivilDate(daysSinceEpoch: Int(binder.moment.today)).iso)
        case .now: note("now", PlanPrinter.instant(binder.moment.now, in: binder.moment.zone))
        default: break
        }
    }

    mutating func visit(_ expression: Expression) {
        switch expression.kind {
        case .literal(let literal): visit(literal)
        case .parameter(let name): if let literal = try? binder.parameter(name) { visit(literal) }
        case .ago(let duration): note(duration)
        case .name(let name): if name.qualifier == nil { visitDefinition(name.name.text) }
        case .inPeriod(let operand, let period, _):
            visit(operand)
            note(period)
        case .within(let operand, let duration, _):
            visit(operand)
            note(duration)
        case .aggregate(let call):
            if let window = call.window { visit(window) }
            if let condition = call.condition { visit(condition) }
        case .has(let clause): visit(clause)
        case .stopped(let rows, let duration):
            visit(rows)
            note(duration)
        case .resumed(let rows, _): visit(rows)
        default: for child in expression.children { visit(child) }
        }
    }

    private mutating func visit(_ clause: HasClause) {
        switch clause.form {
        case .rows(_, let rows): visit(rows)
        case .regularly(_, _, let count, let unit, let full, let condition):
            note(.last(count, unit, full: full))
            if let condition { visit(condition) }
        case .sequence(let first, let steps):
            visit(first)
            for step in steps { visit(step.rows) }
        }
    }

    private mutating func visit(_ rows: ActivityRows) {
        if let window = rows.window { visit(window) }
        if let condition = rows.condition { visit(condition) }
    }

    mutating func visit(_ window: Window) {
        switch window {
        case .within(let duration): note(duration)
        case .inPeriod(let period, _): note(period)
        case .since(let date), .before(let date): visit(date)
        case .between(let from, let to):
            visit(from)
            visit(to)
        }
    }
}
