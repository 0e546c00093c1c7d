import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `report CAMPAIGN`, bound.
struct CampaignReport: BoundStatement {
    let statement: Statement
    let campaign: Identifier
    let windowDays: Int
    let warnings: [String]

    init(_ statement: Statement, _ campaign: Identifier, _ session: Session) throws {
        let binder = try session.binder(for: statement)
        self.statement = statement
        self.campaign = campaign
        let today = Int(binder.context.moment.today)
        if case .duration(let length, let span)? = statement["within"] {
            windowDays = try binder.day(today, plus: length, at: span) - today
            if windowDays < 1 { throw Diagnostic.countTooSmall("within", at: span, help: "within 30d") }
        } else {
            windowDays = 30
        }
        warnings = binder.warnings
        let known = try Self.known(session, binder.context)
        if !known.contains(where: { Name.same($0, campaign.text) }) {
            throw Diagnostic.unknownCampaign(campaign, known: known)
        }
    }

    /// Names of campaigns that were planned, or stand in the ledger.
    private static func known(_ session: Session, _ context: BindingContext) throws -> [String] {
        var names = try session.workspace.cascadePlans().map(\.campaign)
        if let table = context.activityIndex("sends"), let column = context.schema.tables[table].index(of: "campaign") {
            names += context.distinctValues(ColumnPlace(table: table, column: column)) ?? []
        }
        return Array(Set(names)).sorted()
    }

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        guard let ledger = CampaignLedger(campaign.text, pinned) else {
            preconditionFailure("every workspace has a ledger")
        }
        let plans = try session.workspace.cascadePlans().filter { Name.same($0.campaign, campaign.text) }
        let rows = try pinned.engine.count(ledger.rows)
        if rows == 0 { return try withoutMessages(plans.map(\.id), pinned) }
        let outcome = try CampaignOutcome(ledger, windowDays: windowDays, pinned, at: statement.span)
        var answer = CampaignView(self, outcome).answer()
        answer.warnings = warnings + answer.warnings + pinned.engine.faultWarnings()
        return answer
    }

    private func withoutMessages(
        _ plans: [String], _ pinned: Session.Pinned
    ) throws -> Answer {
        var answer = Answer(
            "report", headline: "\(campaign.text): no message was sent, \(Figure.count(plans.count, "dry run")) so far")
        answer.facts = [Fact("campaign", campaign.text), Fact("messages", 0), Fact("plans", plans.count)]
        answer.notes = plans.prefix(1).map { "plans \($0)" }
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}

/// The rows of the ledger that belong to a campaign.
struct CampaignLedger: Sendable {
    let table: Int
    let filter: Condition
    let columns: TableSchema

    init?(_ campaign: String, _ pinned: Session.Pinned) {
        guard let table = pinned.context.activityIndex("sends") else { return nil }
        let columns = pinned.context.schema.tables[table]
        guard let name = columns.index(of: "campaign") else { return nil }
        self.table = table
        self.columns = columns
        filter = .match(.named(campaign), .column(name, .text))
    }

    var rows: Population { .rows(table: table, filter: filter, audience: .always(true)) }

    func column(_ name: String) -> Scalar? { columns.index(of: name).map { .column($0, columns.columns[$0].type) } }

    var time: Scalar {
        guard let time = columns.index(of: .time) else { preconditionFailure("activity has a time") }
        return .column(time, columns.columns[time].type)
    }

    /// Of a row: whether it only says that somebody was held out.
    var isHeldOut: Condition { LedgerHistory.isHeldOut(columns) }
}

/// What became of a campaign's messages and of those who were assigned to it.
struct CampaignOutcome {
    struct Channel: Sendable {
        let name: String
        let messages: Int
        /// delivered, opened, clicked: of how many messages it is known, and of how many of these it is true; nil where of none.
        let events: [(count: Int, known: Int)?]
        /// Missing where it is known of no message.
        let cost: Value
    }

    /// One arm: who was written to, or held out.
    struct Arm: Sendable {
        var customers = 0
        /// Whose time to order is not over.
        var running = 0
        /// Orders within the time of those whose time is over, and what each of these customers paid.
        var orders = 0
        var buyers = 0
        var paid: [Int64] = []
    }

    static let events = ["delivered", "opened", "clicked"]

    let channels: [Channel]
    let contacted: Arm
    let heldOut: Arm
    let moneyScale: Int

    init(_ ledger: CampaignLedger, windowDays: Int, _ pinned: Session.Pinned, at span: SourceSpan) throws {
        channels = try Self.channels(ledger, pinned)
        let buyers = try BuyerTable(pinned.context.schema, at: span)
        let orders = pinned.context.schema.tables[buyers.table].columns
        moneyScale = if case .decimal(let scale) = orders[buyers.money].type { scale } else { 0 }
        let isDate = orders[buyers.time].type == .date
        func time(_ scalar: Scalar) -> Scalar {
            isDate && scalar.type == .datetime ? .convert(scalar, to: .date) : scalar
        }
        let questions = [
            CustomerActivityQuestion(
                table: ledger.table, filter: ledger.filter, figures: [time(ledger.time), .condition(ledger.isHeldOut)]),
            CustomerActivityQuestion(
                table: buyers.table, filter: .always(true),
                figures: [
                    .column(buyers.time, orders[buyers.time].type), .column(buyers.money, orders[buyers.money].type),
                ]),
        ]
        let moment = pinned.context.moment
        let window = Int64(windowDays) * (isDate ? 1 : Zone.microsecondsPerDay)
        let now = isDate ? Int64(moment.today) : moment.now
        let parts = try pinned.engine.mapActivity(of: .always(true), questions) { _, rows -> [Arm] in
            var arms = [Arm(), Arm()]
            for customer in 0..<rows[0].offsets.count - 1 {
                guard let first = rows[0].rows(of: customer).first else { continue }
                let start = rows[0].lanes[0][first]
                let arm = rows[0].lanes[1][first] != 0 ? 1 : 0
                arms[arm].add(from: start, to: start + window, now: now, rows[1], customer)
            }
            return arms
        }
        contacted = parts.reduce(into: Arm()) { $0.add($1[0]) }
        heldOut = parts.reduce(into: Arm()) { $0.add($1[1]) }
    }

    private static func channels(_ ledger: CampaignLedger, _ pinned: Session.Pinned) throws -> [Channel] {
        guard let channel = ledger.column("channel"), let cost = ledger.column("cost") else { return [] }
        func howMany(_ condition: Condition) -> Measure {
            Measure(.sum, value: .convert(.condition(condition), to: .integer), type: .integer)
        }
        var measures = [
            Measure(.count, value: nil, type: .integer), Measure(.sum, value: cost, type: cost.type),
            howMany(.not(.isMissing(cost))),
        ]
        let known = events.compactMap { event in ledger.column(event) }
        for event in known { measures += [howMany(.isTrue(event)), howMany(.not(.isMissing(event)))] }
        let messages = Population.rows(
            table: ledger.table, filter: .all([ledger.filter, .not(ledger.isHeldOut)]), audience: .always(true))
        return try pinned.engine.group(messages, keys: [channel], measures: measures).map { row in
            let events = known.indices.map { event -> (count: Int, known: Int)? in
                guard case .integer(let yes) = row[4 + 2 * event], case .integer(let count) = row[5 + 2 * event],
                    count > 0
                else { return nil }
                return (Int(yes), Int(count))
            }
            let count = if case .integer(let messages) = row[1] { Int(messages) } else { 0 }
            return Channel(
                name: row[0].plain, messages: count, events: events, cost: row[3] == .integer(0) ? .missing : row[2])
        }
    }
}

extension CampaignOutcome.Arm {
    /// A customer assigned at `from` and what they ordered until `to`.
    fileprivate mutating func add(from: Int64, to: Int64, now: Int64, _ orders: CustomerActivity, _ customer: Int) {
        customers += 1
        if to > now {
            running += 1
            return
        }
        var (count, sum) = (0, Int64(0))
        for row in orders.rows(of: customer) where orders.lanes[0][row] >= from && orders.lanes[0][row] <= to {
            if orders.lanes[1][row] >= 0 { count += 1 }
            sum = sum.addingReportingOverflow(orders.lanes[1][row]).partialValue
        }
        self.orders += count
        if count > 0 { buyers += 1 }
        if sum != 0 { paid.append(sum) }
    }

    fileprivate mutating func add(_ other: Self) {
        customers += other.customers
        running += other.running
        orders += other.orders
        buyers += other.buyers
        paid += other.paid
    }

    /// Those whose time is over.
    var finished: Int { customers - running }
}
