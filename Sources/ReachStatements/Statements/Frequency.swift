import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachKernels
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `frequency`: how likely another purchase is after so many.
package enum Frequency: StatementDefinition {
    package static let syntax = StatementSyntax(
        "frequency", summary: "how likely another purchase is after so many, and after which first ones",
        form: .clauses([
            .slot("subject", .ofSubject), .clause("within", "within", .duration),
            .sequence([.keyword("by"), .slot("by", .expression)]),
        ]))
    package static let details = [
        "Purchases are days with an order, returns left out: several orders of a day are one. At n the share of customers with n purchases who made another, with its 95 % interval (Wilson). `frequency of visits` asks the same of another table.",
        "Without `within` everybody counts, and recent buyers may still return. `within 90d` takes only customers whose nth purchase is at least 90 days old, and of them those who bought again within 90 days of it.",
        "A threshold of 60 % or 70 % is passed at the first n, of at least 30 customers, where the estimate does, and surely where the whole interval does.",
        "`by category` puts customers by the category of their first row: lift is their share of a second purchase over everybody's. A group differs from all others where p < .05, two-sided, corrected by Holm's method for the number of groups.",
    ]
    package static let examples = [
        Example("frequency of all", "of all customers"),
        Example("frequency within 180d where city = \"Paris\"", "of some, each given 180 days"),
        Example("frequency by category of all", "which first purchases lead to a second"),
        Example("frequency of visits within 30d", "of another table"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        let context = binder.context
        let (syntax, own) = Self.takingWindow(try statement.subject)
        let subject = try binder.bindSubject(syntax)
        let runs = try PurchaseTable(subject, context, at: statement.span)
        var written = statement.duration("within")
        if let own {
            if let written { throw Diagnostic.twoWindows(at: written.span) }
            written = own
        }
        let window = try written.map { try PurchaseWindow($0, binder) }
        let key = try statement.expression("by").map {
            NamedColumn(try binder.bindColumn($0, .rows(table: runs.table)))
        }
        return BoundFrequency(
            statement: statement, subject: subject, runs: runs, window: window, key: key, warnings: binder.warnings)
    }

    /// `of orders within 90d`: the window is the statement's, which a table's rows would take for theirs.
    private static func takingWindow(
        _ subject: SubjectSyntax?
    ) -> (SubjectSyntax?, (duration: DurationOrParameter, span: SourceSpan)?) {
        guard let subject, case .within(let length)? = subject.window else { return (subject, nil) }
        let rest = SubjectSyntax(
            base: subject.base, audience: subject.audience, window: nil, condition: subject.condition,
            span: subject.span)
        return (rest, (length, subject.span))
    }
}

/// The rows whose days are purchases.
struct PurchaseTable: Sendable {
    let table: Int
    let time: Int
    let timeType: DataType
    let rows: Condition
    /// The buyers' table, of which orders alone are taken.
    let isBuyers: Bool

    /// Of the buyers' table orders alone; of another table all rows.
    init(_ subject: BoundSubject, _ context: BindingContext, at span: SourceSpan) throws {
        let (today, zone) = (context.moment.today, context.moment.zone)
        if let rows = subject.rows {
            let columns = context.schema.tables[rows.table]
            guard let time = columns.index(of: ColumnSchema.Role.time) else {
                throw Diagnostic.noTimes(rows.tableName, at: span)
            }
            table = rows.table
            self.time = time
            timeType = columns.columns[time].type
            let buyers = try? BuyerTable(context.schema, at: span)
            let isOrder = buyers.flatMap { buyers in
                buyers.table == rows.table
                    ? Purchases(buyers, context.schema, through: today, zone: zone).isOrder : nil
            }
            isBuyers = isOrder != nil
            self.rows = .all(
                [Purchases.isPast(time, timeType, through: today, zone), rows.filter] + (isOrder.map { [$0] } ?? []))
        } else {
            let buyers = try BuyerTable(context.schema, at: span)
            let purchases = Purchases(buyers, context.schema, through: today, zone: zone)
            (table, time, timeType) = (buyers.table, buyers.time, purchases.timeType)
            rows = .all([purchases.isPast, purchases.isOrder])
            isBuyers = true
        }
    }
}

/// How long customers are given for the next purchase.
struct PurchaseWindow: Sendable {
    let step: ResolvedDuration
    /// `90d`
    let text: String
    /// The last day whose purchases are that old.
    let border: Int32

    init(_ written: (duration: DurationOrParameter, span: SourceSpan), _ binder: Binder) throws {
        step = try binder.resolved(written.duration, at: written.span)
        text = written.duration.canonicalText
        if case .microseconds = step { throw Diagnostic.purchaseDays(text, at: written.span) }
        let today = Int(binder.context.moment.today)
        guard let day = Moment.day(today, plus: step, backwards: true), let border = Int32(exactly: day) else {
            throw Diagnostic.purchaseDays(text, at: written.span)
        }
        // Nobody comes back within no time.
        if day >= today { throw Diagnostic.countTooSmall("within", at: written.span, help: "within 180d") }
        self.border = border
    }

    /// For days of a range.
    func returns(over days: ClosedRange<Int>) -> ReturnWindow {
        ReturnWindow(
            firstDay: Int32(clamping: days.lowerBound),
            ends: days.map { Int32(clamping: Moment.day($0, plus: step) ?? .max) }, border: border)
    }
}

struct BoundFrequency: BoundStatement {
    let statement: Statement
    let subject: BoundSubject
    let runs: PurchaseTable
    let window: PurchaseWindow?
    let key: NamedColumn?
    let warnings: [String]

    /// Purchases that are told apart.
    private static let most = 1_000

    private struct Groups: Sendable {
        var codes = ValueCodes()
        var customers: [Int] = []
        var again: [Int] = []

        mutating func add(_ value: UInt32, customers: Int, again: Int) {
            while self.customers.count <= Int(value) {
                self.customers.append(0)
                self.again.append(0)
            }
            self.customers[Int(value)] += customers
            self.again[Int(value)] += again
        }
    }

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let days = pinned.days(
            table: runs.table, time: runs.time, type: runs.timeType, through: pinned.context.moment.today)
        let returns = days.flatMap { days in window.map { $0.returns(over: days) } } ?? .unbounded
        let question = ActivityQuestion(
            table: runs.table, audience: subject.audience.condition, rows: runs.rows, coded: key?.scalar)
        var answer =
            try key.map { try groups($0, question, returns, days, pinned) }
            ?? curve(question, returns, days, pinned)
        if window == nil, !answer.isHeadlineEnough {
            answer.view.append(
                .line("recent buyers may still return; `within 180d` would give everybody the same time"))
        }
        answer.notes = try pinned.leftOutNotes(table: runs.table)
        answer.warnings = warnings + pinned.engine.faultWarnings()
        return answer
    }

    private func curve(
        _ question: ActivityQuestion, _ returns: ReturnWindow, _ days: ClosedRange<Int>?, _ pinned: Session.Pinned
    ) throws -> Answer {
        struct Counts: Sendable {
            var bases = [Int64](repeating: 0, count: BoundFrequency.most + 1)
            var returns = [Int64](repeating: 0, count: BoundFrequency.most + 1)
        }
        var total = Counts()
        if days != nil {
            let states = try pinned.engine.walk(question, into: Counts()) { counts, block in
                addPurchaseDays(block.runs, returns, bases: &counts.bases, returns: &counts.returns)
            }
            for state in states {
                for n in total.bases.indices {
                    total.bases[n] += state.bases[n]
                    total.returns[n] += state.returns[n]
                }
            }
        }
        let curve = FrequencyCurve(bases: total.bases, returns: total.returns)
        return FrequencyView(curve, window: window?.text, thing: thing).answer(
            headline(curve.steps.first?.customers ?? 0, pinned))
    }

    private func groups(
        _ key: NamedColumn, _ question: ActivityQuestion, _ returns: ReturnWindow, _ days: ClosedRange<Int>?,
        _ pinned: Session.Pinned
    ) throws -> Answer {
        var total = Groups()
        if days != nil {
            let states = try pinned.engine.walk(question, into: Groups()) { groups, block in
                let firsts = firstPurchases(block.runs, returns)
                let buyers = firsts.rows.indices.filter { firsts.rows[$0] != .max }
                let codes = block.codes(&groups.codes, at: buyers.map { firsts.rows[$0] })
                for (buyer, code) in zip(buyers, codes) {
                    groups.add(code, customers: 1, again: Int(firsts.returned[buyer]))
                }
            }
            for state in states {
                for (index, value) in state.codes.values.enumerated() {
                    let code = total.codes.code(value)
                    total.add(code, customers: state.customers[index], again: state.again[index])
                }
            }
        }
        return FirstPurchaseView(
            key: key, values: total.codes.values, customers: total.customers, again: total.again,
            window: window?.text
        ).answer(headline(total.customers.reduce(0, +), pinned))
    }

    /// A day of another table is not called a purchase.
    private var thing: String { runs.isBuyers ? "purchase" : "day" }

    private func headline(_ count: Int, _ pinned: Session.Pinned) -> String {
        let whole = pinned.snapshot.customerCount
        let old = window.map { ", first \(thing) at least \($0.text) old" } ?? ""
        guard let rows = subject.rows else { return Speaking.buyers(count, of: whole, subject.audience) + old }
        let whose = subject.audience.isEverybody ? "" : " \(Speaking.who(subject.audience))"
        let what = rows.text.isEmpty ? rows.tableName : "\(rows.tableName) \(rows.text)"
        return "\(Figure.count(count)) of \(Figure.count(whole, "customer"))\(whose) with \(what)\(old)"
    }

    func explain(in session: Session) throws -> Answer {
        try session.explanation(of: statement, subject: subject, plan: .count(subject.population))
    }
}
