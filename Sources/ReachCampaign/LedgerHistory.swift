import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachPlan

/// What the ledger of sent messages, the activity table `sends`, tells of rates: which messages were delivered, opened and clicked, as
/// yes or no, and, where there is a table of orders, after which an order came. Messages whose `wait` is not over yet tell nothing.
package struct LedgerHistory: Sendable {
    /// Rows of an activity table that are orders.
    package struct Orders: Sendable {
        let table: Int
        let time: Int
        let timeType: DataType
        let filter: Condition

        package init(table: Int, time: Int, timeType: DataType, filter: Condition) {
            self.table = table
            self.time = time
            self.timeType = timeType
            self.filter = filter
        }
    }

    let table: Int
    let schema: TableSchema
    let campaign: Scalar
    let channel: Scalar
    /// When a message was sent.
    let time: Scalar
    let orders: Orders?
    let moment: Moment

    /// Nil without a ledger that names campaigns and channels.
    package init?(_ schema: DataSchema, orders: Orders?, moment: Moment) {
        guard let table = schema.tables.firstIndex(where: { Name.same($0.name, CascadeQuestions.ledgerTable) }) else {
            return nil
        }
        let ledger = schema.tables[table]
        guard let campaign = ledger.index(of: "campaign"), ledger.columns[campaign].type == .text,
            let channel = ledger.index(of: "channel"), ledger.columns[channel].type == .text,
            let time = ledger.index(of: ColumnSchema.Role.time), ledger.columns[time].type == .datetime
        else { return nil }
        self.table = table
        self.schema = ledger
        self.campaign = .column(campaign, .text)
        self.channel = .column(channel, .text)
        self.time = .column(time, .datetime)
        self.orders = orders
        self.moment = moment
    }

    /// What the status says of who was assigned to the holdout.
    private static let heldOutStatuses = ["held_out", "held out"]

    /// Of a row of the ledger: it only says that somebody was held out.
    package static func isHeldOut(_ ledger: TableSchema) -> Condition {
        guard let status = ledger.index(of: "status"), ledger.columns[status].type == .text else {
            return .always(false)
        }
        return .isIn(.column(status, .text), heldOutStatuses.map(Value.text))
    }

    /// Of a row: it belongs to the campaign, whatever the case of its name.
    func isOf(campaign name: String) -> Condition {
        .match(.named(name), campaign)
    }

    /// Rates by channel, from all campaigns; of orders where `withOrders`, which takes a look at every customer's.
    package func rates(wait: CampaignDuration, withOrders: Bool, _ engine: Engine) throws -> LearnedRates {
        var history = try reactions(wait: wait, engine)
        if withOrders, let orders, !history.isEmpty {
            history += try LedgerOrders(self, orders, wait: wait).history(engine)
        }
        return LearnedRates(history)
    }

    /// What became of the messages, by campaign, channel and position. Who clicked has opened, and has got the message.
    private func reactions(wait: CampaignDuration, _ engine: Engine) throws -> [LearnedRates.History] {
        let seen: [CampaignEvent] = [.delivered, .opened, .clicked]
        var measures = [Measure(.count, value: nil, type: .integer)]
        for event in seen {
            let columns = event.orStronger.compactMap { schema.index(of: $0.rawValue) }
                .filter { schema.columns[$0].type == .boolean }.map { Scalar.column($0, .boolean) }
            // Of messages of which only a stronger event tells, those without it say nothing: to count the others would choose them.
            let isKnown: Condition =
                schema.index(of: event.rawValue).map { .not(.isMissing(.column($0, .boolean))) } ?? .always(false)
            measures.append(Self.count(.all([isKnown, .any(columns.map { .isTrue($0) })])))
            measures.append(Self.count(isKnown))
        }
        let isOver = Condition.comparison(
            .lessOrEqual, time, .literal(.datetime(wait.before(moment.now, in: moment.zone)), .datetime))
        let rows = try engine.group(
            .rows(
                table: table, filter: .all([isOver, .not(Self.isHeldOut(schema))]), audience: .always(true)),
            keys: [campaign, channel, position], measures: measures)
        return rows.compactMap { row in
            guard case .text(let campaign) = row[0], case .text(let channel) = row[1] else { return nil }
            let figures = row[3...].map { Int($0.lane ?? 0) }
            var samples: [CampaignEvent: LearnedRates.Sample] = [:]
            for (index, event) in seen.enumerated() where figures[2 + 2 * index] > 0 {
                samples[event] = .init(messages: figures[2 + 2 * index], hits: figures[1 + 2 * index])
            }
            return LearnedRates.History(
                campaign: campaign, channel: channel, isFirst: row[2].lane.map { $0 == 1 }, samples: samples)
        }
    }

    /// 1 is a first message; missing where the ledger does not tell.
    var position: Scalar {
        guard let column = schema.index(of: "position"), schema.columns[column].type == .integer else {
            return .literal(.missing, .integer)
        }
        return .column(column, .integer)
    }

    private static func count(_ condition: Condition) -> Measure {
        Measure(.sum, value: .convert(.condition(condition), to: .integer), type: .integer)
    }
}
