import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPlan

/// `summarize MEASURE, … [by EXPR, …]`.
package enum Summarize: StatementDefinition {
    package static let syntax = StatementSyntax(
        "summarize", summary: "count, sum, average and quantiles, in all or by something",
        form: .sequence([
            .expressions("measures", .measure),
            .clauses([.by, .slot("subject", .ofSubject), .sort, .top]),
        ]))
    package static let details = [
        """
        Measures: `count`, `sum(e)`, `avg(e)`, `min(e)`, `max(e)`, `median(e)`, `quantile(e, p)`, `distinct(e)`. Over a column of an \
        activity table they take the audience's rows together: `avg(orders.total)` is the average order. What is per customer is \
        nested: `avg(sum(orders.total))` is the average customer.
        """
    ]
    package static let examples = [
        Example("summarize count, avg(sum(orders.total)) as ltv by city top 10", "the cities with most customers"),
        Example("summarize count, sum(total), median(total) of orders within 90d by category", "rows of a table"),
    ]

    package static let isRepeatable = true

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        let subject = try binder.bindSubject(try statement.subject)
        let measures = try statement.named("measures").map { written in
            let bound = try binder.bindMeasure(written.expression, subject.scope)
            let rowsCount = subject.rows == nil ? "customers" : "rows"
            let name = written.name?.text ?? (bound.name == "count" ? rowsCount : bound.name)
            return NamedMeasure(name: name, text: bound.name, measure: bound.measure)
        }
        let keys = try statement.named("by").map { try NamedColumn($0, binder, subject.scope) }
        return BoundSummarize(
            statement: statement, subject: subject, measures: measures, keys: keys,
            order: try GroupOrdering(statement, binder, keys, measures), warnings: binder.warnings)
    }
}

struct NamedMeasure: Sendable {
    /// Heading of the column.
    let name: String
    /// Canonical text.
    let text: String
    let measure: Measure
}

/// `sort by` and `top` over the columns of a grouping: by a name given with `as`, or by the text of a key or measure.
struct GroupOrdering: Sendable {
    /// Positions among keys, then measures; empty leaves the order of the contract.
    let order: [(column: Int, descending: Bool)]
    let limit: Int?

    init(_ statement: Statement, _ binder: Binder, _ keys: [NamedColumn], _ measures: [NamedMeasure]) throws {
        limit = try statement.integer("top").map { count in
            guard count.value > 0 else { throw Diagnostic.countTooSmall("top", at: count.span, help: "top 10") }
            return Int(clamping: count.value)
        }
        order = try statement.sortKeys.map { written in
            let text = written.key.canonicalText
            let names = keys.map(\.name) + measures.map(\.name)
            let texts = keys.map(\.name) + measures.map(\.text)
            if let index = names.firstIndex(where: { Name.same($0, text) }) ?? texts.firstIndex(of: text) {
                return (index, written.descending)
            }
            throw Diagnostic.unknownSortColumn(text, at: written.key.span, columns: names)
        }
    }

    func arranged(_ rows: [[Value]]) -> [[Value]] {
        var rows = rows
        if !order.isEmpty {
            rows = rows.enumerated().sorted { one, other in
                for (column, descending) in order {
                    let order = ValueOrder.compare(one.element[column], other.element[column], descending: descending)
                    if order != 0 { return order < 0 }
                }
                return one.offset < other.offset
            }.map(\.element)
        }
        return limit.map { Array(rows.prefix($0)) } ?? rows
    }
}

struct BoundSummarize: BoundStatement {
    let statement: Statement
    let subject: BoundSubject
    let measures: [NamedMeasure]
    let keys: [NamedColumn]
    let order: GroupOrdering
    let warnings: [String]

    private var plan: LogicalPlan {
        .group(subject.population, keys: keys.map(\.scalar), measures: measures.map(\.measure))
    }

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        // The population is counted along with its groups, as a last measure.
        let all = measures.map(\.measure) + [Measure(.count, value: nil, type: .integer)]
        let counted = try pinned.engine.group(subject.population, keys: keys.map(\.scalar), measures: all)
        let count = counted.reduce(0) { $0 + Int($1.last?.lane ?? 0) }
        let rows = counted.map { Array($0.dropLast()) }
        let whole = pinned.rowCount(of: subject)
        var answer = Answer("summarize") { [subject] in Speaking.rows(count, of: whole, subject) }
        answer.facts = [Fact(subject.rows == nil ? "customers" : "rows", count), Fact("of", whole)]
        if keys.isEmpty, let row = rows.first {
            answer.facts += zip(measures, row).filter { $0.0.name != "customers" }.map { Fact($0.name, $1) }
        }
        let columns = keys.map(\.resultColumn) + measures.map { .init($0.name, $0.measure.type) }
        answer.table = ResultTable(columns: columns, rows: order.arranged(rows))
        answer.warnings = warnings + pinned.engine.faultWarnings()
        answer.notes = try pinned.futureNotes(of: subject)
        return answer
    }

    func explain(in session: Session) throws -> Answer {
        try session.explanation(of: statement, subject: subject, plan: plan)
    }
}
