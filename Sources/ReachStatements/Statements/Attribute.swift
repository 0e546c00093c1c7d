import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `attribute TABLE[.COLUMN] to TOUCHES by CHANNEL`: which channels have how much of the credit for orders.
package enum Attribute: StatementDefinition {
    package static let syntax = StatementSyntax(
        "attribute", summary: "divide the credit for orders among the touches before them, by one model or several",
        form: .sequence([
            .slot("target", .tableOrColumn), .keyword("to"), .slot("touches", .name(.table)),
            .clauses([
                .clause("by", "channel", .expression),
                .sequence([
                    .keyword("model"),
                    .list("model", of: .word("model", oneOf: AttributionModel.allCases.map(\.rawValue) + ["all"])),
                ]),
                .clause("window", "window", .duration),
                .clause("half life", "halfLife", .duration),
                .slot("audience", .ofAudience),
            ]),
        ]))
    package static let details = [
        """
        Every row of TABLE up to today is a conversion, worth COLUMN (of orders: what was paid). Its touches are the rows of TOUCHES of the same customer \
        in the window before it (default 30d), the moment of the conversion included; where either time is a plain date, days are \
        compared. A conversion without touches is `unattributed`.
        """,
        """
        Models: `first`, `last` (the default), `linear` (all alike), `position` (40 % first, 40 % last, 20 % those between; two touches 50/50), \
        `decay` (half the weight per half-life, default `half life 7d`), `last_click` (the last with `clicked`, of `sends`), or `all` side by side. Shares \
        add up to 100 %; money is divided by largest remainder, to the last unit.
        """,
        "Credit is not causation: whether orders would have come without the touch, only a holdout tells.",
    ]
    package static let examples = [
        Example("attribute orders to visits by source model all window 30d", "all models side by side"),
        Example("attribute orders.total to visits by source model linear window 14d of all", "one of them"),
    ]

    package static let isRepeatable = true

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        try BoundAttribute(statement, session)
    }
}

struct BoundAttribute: BoundStatement {
    let statement: Statement
    let audience: BoundAudience
    /// Positions of the tables, the column that conversions are worth, and what tells touches apart.
    let conversions: Int
    let money: Int?
    /// It is what buyers paid.
    let isRevenue: Bool
    let touches: Int
    let channel: BoundColumn
    let channelSpan: SourceSpan
    let models: [AttributionModel]
    let windowDays: Int
    let halfLifeDays: Double
    let warnings: [String]

    init(_ statement: Statement, _ session: Session) throws {
        let binder = try session.binder(for: statement)
        let context = binder.context
        audience = try binder.bindAudience(statement.audience)
        guard case .qualifiedName(let target)? = statement["target"], let touched = statement.name("touches") else {
            preconditionFailure("the form of `attribute` has both tables")
        }
        let name = target.qualifier ?? target.name
        conversions = try Self.activity(name, context)
        touches = try Self.activity(touched, context)
        if conversions == touches { throw Diagnostic.touchesThemselves(touched) }
        let schema = context.schema.tables[conversions]
        let buyers = try? BuyerTable(context.schema, at: statement.span)
        let paid = buyers?.table == conversions ? buyers?.money : nil
        if target.qualifier == nil {
            money = paid
        } else {
            guard let column = schema.index(of: target.name.text) else {
                throw Diagnostic.columnNotFound(target.name, in: schema.name, known: schema.columns.map(\.name))
            }
            let type = schema.columns[column].type
            guard type.isNumeric, type != .float else {
                throw Diagnostic.attributedType(schema.columns[column].name, type, at: target.name.span)
            }
            money = column
        }
        isRevenue = money == paid
        guard let written = statement.expression("channel") else {
            throw Diagnostic.attributeWithoutChannel(touched.text, at: statement.span)
        }
        channel = try binder.bindColumn(written, .rows(table: touches))
        channelSpan = written.span
        models = try Self.models(statement, context.schema.tables[touches])
        let today = Int(context.moment.today)
        func days(_ slot: String, _ clause: String, default usual: Int) throws -> Int {
            guard case .duration(let length, let span)? = statement[slot] else { return usual }
            let days = today - (try binder.day(today, plus: length, backwards: true, at: span))
            guard days > 0 else { throw Diagnostic.countTooSmall(clause, at: span, help: "\(clause) \(usual)d") }
            return days
        }
        windowDays = try days("window", "window", default: 30)
        halfLifeDays = Double(try days("halfLife", "half life", default: 7))
        self.statement = statement
        warnings = binder.warnings
    }

    private static func activity(_ name: Identifier, _ context: BindingContext) throws -> Int {
        guard let index = context.activityIndex(name.text) else {
            throw Diagnostic.tableNotFound(name, known: context.activityNames)
        }
        return index
    }

    private static func models(_ statement: Statement, _ touches: TableSchema) throws -> [AttributionModel] {
        let hasClicks = touches.index(of: "clicked").map { touches.columns[$0].type == .boolean } ?? false
        let words = statement.groups("model").compactMap { group -> (word: String, span: SourceSpan)? in
            if case .word(let word, let span)? = group["model"] { return (word, span) }
            return nil
        }
        if words.isEmpty { return [.last] }
        var models: [AttributionModel] = []
        for (word, span) in words {
            let named = AttributionModel(rawValue: word)
            if named == .lastClick, !hasClicks { throw Diagnostic.noClicks(touches.name, at: span) }
            let meant = named.map { [$0] } ?? AttributionModel.allCases.filter { hasClicks || $0 != .lastClick }
            models += meant.filter { !models.contains($0) }
        }
        return models
    }

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let credits = try AttributedCredits(self, pinned, session.hooks.progress)
        var answer = AttributionView(self, credits, pinned).answer()
        let later = try pinned.engine.rowsAfterToday(table: conversions)
        if later > 0 {
            let name = pinned.context.schema.tables[conversions].name
            answer.notes.append("\(Figure.count(later, "row")) of \(name) after today left out")
        }
        // Told before returns are counted, which meets the same rows again.
        answer.warnings = warnings + pinned.engine.faultWarnings()
        answer.notes += try returnNotes(pinned)
        return answer
    }

    /// Every row is a conversion, and what is below 0 is credited like the rest: said where there is some.
    private func returnNotes(_ pinned: Session.Pinned) throws -> [String] {
        guard let money else { return [] }
        let table = pinned.context.schema.tables[conversions]
        let column = table.columns[money]
        let count = try pinned.pastRows(
            of: conversions, where: Purchases.isReturn(money, column.type), audience.condition)
        if count == 0 { return [] }
        return [
            "\(Figure.count(count, "row")) of \(table.name) with \(column.name) below 0: counted as conversions, and their \(column.name) taken off"
        ]
    }

    func explain(in session: Session) throws -> Answer {
        let subject = BoundSubject(audience)
        return try session.explanation(of: statement, subject: subject, plan: .count(subject.population))
    }
}
