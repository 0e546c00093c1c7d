import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPlan

/// `histogram EXPR`.
package enum Histogram: StatementDefinition {
    package static let syntax = StatementSyntax(
        "histogram", summary: "how a figure is spread",
        form: .sequence([
            .slot("value", .expression),
            .clauses([.slot("subject", .ofSubject), .clause("buckets", "buckets", .integer)]),
        ]))
    package static let details = ["Numbers and dates fall into equal steps, text and yes/no into their values."]
    package static let examples = [
        Example("histogram orders where orders > 0", "orders per customer"),
        Example("histogram total of orders buckets 12", "order values"),
    ]

    package static let isRepeatable = true

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        let subject = try binder.bindSubject(try statement.subject)
        guard let written = statement.expression("value") else {
            preconditionFailure("the form of `histogram` has an expression")
        }
        let column = NamedColumn(try binder.bindColumn(written, subject.scope))
        let buckets = try statement.integer("buckets").map { count in
            guard (1...1_000).contains(count.value) else {
                throw Diagnostic.bucketCount(count.value, at: count.span)
            }
            return Int(count.value)
        }
        return BoundHistogram(
            statement: statement, subject: subject, column: column, buckets: buckets ?? 10, warnings: binder.warnings)
    }
}

struct BoundHistogram: BoundStatement {
    let statement: Statement
    let subject: BoundSubject
    let column: NamedColumn
    let buckets: Int
    let warnings: [String]

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let count = try pinned.engine.count(subject.population)
        let whole = pinned.rowCount(of: subject)
        var answer = Answer("histogram") { [subject] in Speaking.rows(count, of: whole, subject) }
        let unit = subject.rows == nil ? "customers" : "rows"
        answer.facts = [Fact(unit, count), Fact("of", whole)]
        let histogram = try pinned.engine.histogram(subject.population, column.scalar, buckets: buckets)
        answer.facts.append(Fact("missing", histogram.missing))
        answer.table = ResultTable(
            columns: [.init("from", column.scalar.type), .init("to", column.scalar.type), .init(unit, .integer)],
            rows: histogram.buckets.map { [$0.lower, $0.upper ?? .missing, .integer(Int64($0.count))] })
        var bars = histogram.buckets.map { bucket in
            let label = bucket.upper.map { "\(bucket.lower.plain) … \($0.plain)" } ?? bucket.lower.plain
            return ViewBlock.Bar(label: label, figure: Figure.count(bucket.count), weight: Double(bucket.count))
        }
        if histogram.others > 0 {
            bars.append(
                .init(label: "others", figure: Figure.count(histogram.others), weight: Double(histogram.others)))
        }
        if histogram.missing > 0 {
            bars.append(
                .init(label: "missing", figure: Figure.count(histogram.missing), weight: Double(histogram.missing)))
        }
        answer.view = [.heading(column.name), .bars(bars)]
        answer.warnings = warnings + pinned.engine.faultWarnings()
        answer.notes = try pinned.futureNotes(of: subject)
        return answer
    }

    func explain(in session: Session) throws -> Answer {
        let plan = LogicalPlan.select(subject.population, columns: [column.scalar], sort: [], limit: nil)
        return try session.explanation(of: statement, subject: subject, plan: plan)
    }
}
