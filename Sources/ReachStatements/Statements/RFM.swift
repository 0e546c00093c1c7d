import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `rfm`: buyers by recency, frequency and money, each scored by rank or by given bounds.
package enum RFM: StatementDefinition {
    package static let syntax = StatementSyntax(
        "rfm", summary: "buyers by scores of recency, frequency and money, in named groups",
        form: .clauses([
            .slot("audience", .ofAudience), .clause("bins", "bins", .integer),
            .sequence([
                .keyword("cut"), .keyword("r"), bounds("r"), .keyword("f"), bounds("f"), .keyword("m"), bounds("m"),
            ]),
            .sequence([.keyword("as of"), .slot("day", .date)]),
        ]))

    private static func bounds(_ name: String) -> Syntax { .list(name, of: .slot("bound", .value)) }

    package static let details = [
        "Recency is days from the last order to the as-of date (today), frequency the number of orders, money their total; later orders are left out. Returns (negative totals) count in money alone.",
        "score = 1 + ⌊5·w/n⌋, w being how many of the n buyers are strictly worse: equal values, equal scores. `bins N` makes it 2 to 9 scores. `cut` gives the bounds: `cut r 30d, 90d f 2, 5 m 100, 500` scores 3 for a last order within 30 days, 2 within 90; 2 or 5 orders and totals of 100 or 500 are where the next score begins.",
        "The scores are columns of `customers` as of that date, until the next `rfm`: r_score, f_score, m_score, rfm_score (three digits) and rfm_group. A date in the past also shows who moved from group to group since.",
        "Groups by R and F: "
            + RFMGroup.allCases.map { "\($0.rawValue) (R \($0.bounds.recency), F \($0.bounds.frequency))" }
            .joined(separator: ", ")
            + ". The cost is one message to everybody in the group by their cheapest open channel.",
    ]
    package static let examples = [
        Example("rfm of all", "every buyer"),
        Example("rfm where city = \"Paris\" as of 2026-06-30", "some of them, as they were then"),
        Example("rfm of all as of 90d ago", "and who moved since"),
        Example("rfm of all cut r 30d, 90d f 2, 5 m 100, 500", "three scores by given bounds"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        let audience = try binder.bindAudience(statement.audience)
        let context = binder.context
        var day = context.moment.today
        if let written = statement.expression("day") {
            guard
                case .date(let given) = ConstantEvaluator(moment: context.moment).constant(
                    try binder.bindScalar(written))
            else { throw Diagnostic.notDay(at: written.span) }
            if given > day { throw Diagnostic.dayToCome(today: day, at: written.span) }
            day = given
        }
        let buyers = try BuyerTable(context.schema, at: statement.span)
        let purchases = Purchases(buyers, context.schema, through: day, zone: context.moment.zone)
        return BoundRFM(
            statement: statement, audience: audience, day: day, purchases: purchases,
            rule: try RFMRule(statement, binder, purchases), warnings: binder.warnings)
    }
}

/// Recency, frequency and money of a customer as expressions: larger is better, and without orders the first is missing.
struct RFMFigures: Sendable {
    let scalars: [Scalar]

    init(_ purchases: Purchases) {
        let (buyers, time, money) = (purchases.buyers, purchases.timeType, purchases.moneyType)
        let orders = Condition.all([purchases.isPast, purchases.isOrder])
        let last = Aggregate(
            .max, table: buyers.table, value: .column(buyers.time, time), filter: orders, type: time)
        scalars = [
            time == .date ? .aggregate(last) : .convert(.aggregate(last), to: .date),
            .aggregate(Aggregate(.count, table: buyers.table, value: nil, filter: orders, type: .integer)),
            .aggregate(
                Aggregate(
                    .sum, table: buyers.table, value: .column(buyers.money, money), filter: purchases.isPast,
                    type: money)),
        ]
    }
}

struct BoundRFM: BoundStatement {
    let statement: Statement
    let audience: BoundAudience
    let day: Int32
    let purchases: Purchases
    let rule: RFMRule
    let warnings: [String]

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let scores = try RFMScores(audience, purchases, rule, pinned)
        let whole = pinned.snapshot.customerCount
        let date = CivilDate(daysSinceEpoch: Int(day)).iso
        var answer = Answer("rfm", headline: "\(Speaking.buyers(scores.count, of: whole, audience)), as of \(date)")
        answer.facts = [Fact("customers", scores.count), Fact("of", whole), Fact("as_of", .date(day))]
        answer.table = RFMView.table(scores)
        answer.isHeadlineEnough = scores.count == 0
        answer.warnings = warnings
        if scores.count > 0 {
            let view = RFMView(scores, cost: try RFMCost(scores, pinned, session))
            answer.view = view.blocks
            answer.warnings += view.warnings
            answer.facts += view.facts
            answer.tables = [("groups", view.groupTable)]
            try addMigration(to: &answer, from: scores, pinned)
        }
        answer.notes = try purchases.futureNotes(pinned)
        answer.warnings += pinned.engine.faultWarnings()
        try keep(scores, pinned, session, &answer)
        return answer
    }

    /// Groups then against groups today, where the day is over.
    private func addMigration(to answer: inout Answer, from scores: RFMScores, _ pinned: Session.Pinned) throws {
        let today = pinned.context.moment.today
        guard day < today else { return }
        let schema = pinned.context.schema
        let now = Purchases(purchases.buyers, schema, through: today, zone: pinned.context.moment.zone)
        let migration = try RFMMigration(
            from: scores, to: try RFMScores(audience, now, rule.moved(by: today - day), pinned), from: day, to: today,
            pinned)
        answer.tables.append(("migration", migration.table))
        answer.view += migration.blocks
    }

    /// Keeps the scores, unless nobody can.
    private func keep(
        _ scores: RFMScores, _ pinned: Session.Pinned, _ session: Session, _ answer: inout Answer
    ) throws {
        if scores.count == 0 { return }
        if session.workspace.isReadOnly {
            answer.notes.append("read-only: the scores are not kept")
            return
        }
        let taken = RFMScores.columnNames.filter { name in
            let columns = pinned.context.schema.customers
            if let index = columns.index(of: name) { return !columns.columns[index].role.isScore(of: "rfm") }
            return pinned.context.definition(name) != nil || pinned.context.tableIndex(name) != nil
        }
        guard taken.isEmpty else {
            let names = taken.map { "`\($0)`" }.joined(separator: ", ")
            answer.warnings.append("the scores are not kept: \(names) is something else already")
            return
        }
        session.scores = UnwrittenScores(of: "rfm", day: day, version: pinned.snapshot.version) {
            try scores.columns($0)
        }
        answer.view.append(
            .line(
                "kept as \(RFMScores.columnNames.joined(separator: ", ")), as of \(CivilDate(daysSinceEpoch: Int(day)).iso)"
            ))
    }

    func explain(in session: Session) throws -> Answer {
        try session.explanation(
            of: statement,
            subject: BoundSubject(audience),
            plan: .select(
                .customers(audience.condition), columns: RFMFigures(purchases).scalars, sort: [], limit: nil))
    }
}
