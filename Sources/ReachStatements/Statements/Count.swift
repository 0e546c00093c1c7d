import ReachColumns
import ReachEngine
import ReachLanguage
import ReachPlan

/// `count …`: how many customers or rows, in all or by something.
package enum Count: StatementDefinition {
    package static let syntax = StatementSyntax(
        "count", summary: "how many customers, or rows of a table",
        form: .sequence([.optional(.slot("subject", .subject)), .clauses([.by, .slot("rest", .ofSubject)])]))

    package static let details = [
        "Without anything: the current segment, or everybody where none is set. Of a table, rows are counted: `count orders within 30d`."
    ]

    package static let examples = [
        Example("count all by city", "customers of each city"),
        Example("count where has no orders", "who never bought"),
        Example("count orders within 1y by category", "rows, by a column of theirs"),
    ]

    package static let isRepeatable = true

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        let subject = try binder.bindSubject(try statement.subject)
        let keys = try statement.named("by").map { try NamedColumn($0, binder, subject.scope) }
        return BoundCount(statement: statement, subject: subject, keys: keys, warnings: binder.warnings)
    }
}

struct BoundCount: BoundStatement {
    let statement: Statement
    let subject: BoundSubject
    let keys: [NamedColumn]
    let warnings: [String]

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let groups = keys.isEmpty ? nil : try groups(pinned)
        let count =
            try groups.map { $0.reduce(0) { $0 + Int($1.last?.lane ?? 0) } } ?? pinned.engine.count(subject.population)
        let whole = pinned.rowCount(of: subject)
        var answer = Answer("count") { [subject] in Speaking.rows(count, of: whole, subject) }
        answer.facts = [Fact(unit, count), Fact("of", whole)]
        answer.table = groups.map(table) ?? counted(count)
        answer.isHeadlineEnough = keys.isEmpty
        answer.warnings = warnings + pinned.engine.faultWarnings()
        answer.notes = try pinned.futureNotes(of: subject)
        if let name = statement.tableCountedAsRows(subject) {
            answer.notes.append("rows are counted; for customers: `count where has \(name)`")
        }
        return answer
    }

    /// What is counted, as facts and columns call it.
    private var unit: String { subject.rows == nil ? "customers" : "rows" }

    private func counted(_ count: Int) -> ResultTable {
        ResultTable(columns: [.init(unit, .integer)], rows: [[.integer(Int64(count))]])
    }

    private func groups(_ pinned: Session.Pinned) throws -> [[Value]] {
        let measure = Measure(.count, value: nil, type: .integer)
        return try pinned.engine.group(subject.population, keys: keys.map(\.scalar), measures: [measure])
    }

    private func table(_ rows: [[Value]]) -> ResultTable {
        ResultTable(columns: keys.map(\.resultColumn) + [.init(unit, .integer)], rows: rows)
    }

    func explain(in session: Session) throws -> Answer {
        let plan = LogicalPlan.group(
            subject.population, keys: keys.map(\.scalar), measures: [Measure(.count, value: nil, type: .integer)])
        return try session.explanation(
            of: statement, subject: subject, plan: keys.isEmpty ? .count(subject.population) : plan)
    }
}
