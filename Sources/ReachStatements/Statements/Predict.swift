import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `predict [orders|value] next D`: what buyers will do, by a model of buying until one leaves.
package enum Predict: StatementDefinition {
    package static let syntax = StatementSyntax(
        "predict", summary: "who is still there, and how many orders or how much money is to be expected of them",
        form: .sequence([
            .optional(.word("what", oneOf: ["orders", "value"])),
            .clauses([
                .clause("next", "horizon", .duration),
                .slot("audience", .ofAudience),
                .clause("as of", "day", .date),
                .sequence([.keyword("model"), .word("model", oneOf: DropoutModel.allCases.map(\.rawValue))]),
            ]),
        ]))
    package static let details = [
        """
        Every buyer orders at a rate of their own until, after one of the orders, they leave unnoticed; rates and chances to leave vary \
        from buyer to buyer as the model says: MBG/NBD (`mbg`, the default) or BG/NBD (`bg`), fitted to all buyers by maximum likelihood, \
        time in weeks. Orders of one day are one, returns none, orders after the as-of date are left out.
        """,
        """
        Under BG/NBD nobody who ordered once can have left, so P(alive) is 1 for them by construction: for winning back use `mbg`.
        """,
        """
        `value` adds Gamma-Gamma: what an order of each is worth, from the mean of their repeat orders above 0; it takes value and number of \
        orders as unrelated, so their correlation is printed.
        """,
        """
        P(alive), expected orders and expected value of every buyer are kept as `p_alive`, `expected_orders` and `expected_value`, to be \
        used like columns, until the next run replaces them. The calibration table fits the same model to the time before and compares what \
        it would have foreseen with what came. Refused: under 100 repeat buyers, a calibration time under 3 median times between orders, no \
        convergence, a parameter at a bound.
        """,
    ]
    package static let examples = [
        Example("predict orders next 90d of all", "orders to be expected of each buyer"),
        Example("predict value next 90d where city = \"Paris\"", "and what they are worth, of some"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        let audience = try binder.bindAudience(statement.audience)
        let context = binder.context
        var day = Int(context.moment.today)
        if let written = statement.expression("day") {
            guard let given = try binder.fixedDay(written) else { throw Diagnostic.notDay(at: written.span) }
            if given > day { throw Diagnostic.dayToCome(today: context.moment.today, at: written.span) }
            day = given
        }
        guard case .duration(let horizon, let span)? = statement["horizon"] else {
            throw Diagnostic.predictWithoutHorizon(at: statement.span)
        }
        let end = try binder.day(day, plus: horizon, at: span)
        guard end > day, end - day <= longestHorizon else { throw Diagnostic.horizonLength(at: span) }
        return BoundPredict(
            statement: statement, audience: audience, buyers: try BuyerTable(context.schema, at: statement.span),
            day: day, days: end - day, model: statement.word("model").flatMap(DropoutModel.init) ?? .mbg,
            withValue: statement.word("what") == "value", warnings: binder.warnings)
    }

    private static let longestHorizon = 3_653
}

struct BoundPredict: BoundStatement {
    let statement: Statement
    let audience: BoundAudience
    let buyers: BuyerTable
    /// The as-of date, and so many days after it.
    let day: Int
    let days: Int
    let model: DropoutModel
    let withValue: Bool
    let warnings: [String]

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        guard let rows = PurchaseRows(buyers, pinned, through: day) else {
            throw Diagnostic.fewRepeatBuyers(0, before: nil, at: statement.span)
        }
        defer { session.hooks.progress.finish() }
        let figures = try PredictedFigures(self, rows, pinned, session)
        let members = try pinned.engine.members(of: audience.condition)
        let summary = PredictedSummary(figures, members)
        let view = PredictView(self, figures, summary, customers: pinned.snapshot.customerCount)
        var answer = view.answer()
        let later = try pinned.engine.count(
            .rows(table: buyers.table, filter: rows.isLater, audience: .always(true)))
        if later > 0 {
            answer.notes.append(
                "\(Figure.count(later, "row")) of \(pinned.context.schema.tables[buyers.table].name) after \(view.date) left out"
            )
        }
        answer.warnings = warnings + view.warnings + pinned.engine.faultWarnings()
        try keep(figures, pinned, session, &answer)
        return answer
    }

    /// Keeps what was found of each buyer, unless nobody can.
    private func keep(
        _ figures: PredictedFigures, _ pinned: Session.Pinned, _ session: Session, _ answer: inout Answer
    ) throws {
        var columns = figures.columns
        let names = columns.map(\.name)
        if session.workspace.isReadOnly {
            answer.notes.append("read-only: \(names.joined(separator: ", ")) are not kept")
            return
        }
        let customers = pinned.context.schema.customers
        let taken = names.filter { name in
            if let index = customers.index(of: name) { return !customers.columns[index].role.isScore(of: "predict") }
            return pinned.context.definition(name) != nil || pinned.context.tableIndex(name) != nil
        }
        guard taken.isEmpty else {
            let list = taken.map { "`\($0)`" }.joined(separator: ", ")
            answer.warnings.append("the figures are not kept: \(list) is something else already")
            return
        }
        if let old = outdated(names, pinned.context) {
            columns.append(figures.unknown(old))
            answer.warnings.append(
                "`\(old)` is empty from now on, since this run does not work it out and something refers to it: `predict value …` fills it"
            )
        }
        let version = pinned.snapshot.version
        session.unpin()
        try session.workspace.keep(
            scores: columns, of: "predict", day: Int32(day), version: version, cancellation: session.cancellation)
        answer.view.append(
            .line("kept as \(names.joined(separator: ", ")), as of \(CivilDate(daysSinceEpoch: day).iso)"))
    }

    /// A figure of an earlier run that this one does not work out. It goes, so that nobody takes it for today's, unless a segment or an
    /// attribute needs the column.
    private func outdated(_ names: [String], _ context: BindingContext) -> String? {
        context.schema.customers.columns.first { column in
            column.role.isScore(of: "predict") && !names.contains { Name.same($0, column.name) }
                && !context.users(ofColumn: column.name).isEmpty
        }?.name
    }

    func explain(in session: Session) throws -> Answer {
        let subject = BoundSubject(audience)
        return try session.explanation(of: statement, subject: subject, plan: .count(subject.population))
    }
}
