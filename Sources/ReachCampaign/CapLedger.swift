import ReachColumns
import ReachDiagnostics
import ReachPlan

/// The ledger of messages, as caps count it.
package struct CapLedger: Sendable {
    package let table: Int
    package let time: Int
    package let timeType: DataType
    package let channel: Int
    package let campaign: Int
    /// Who was held out got no message.
    private let isHeldOut: Condition
    private let moment: Moment
    private let startsAt: Int64

    /// Nil without a ledger. Caps are those of the instant `startsAt`.
    package init?(_ schema: DataSchema, moment: Moment, at startsAt: Int64) {
        guard let table = schema.tables.firstIndex(where: { Name.same($0.name, CascadeQuestions.ledgerTable) }),
            let time = schema.tables[table].index(of: ColumnSchema.Role.time),
            let channel = schema.tables[table].index(of: "channel"),
            schema.tables[table].columns[channel].type == .text,
            let campaign = schema.tables[table].index(of: "campaign")
        else { return nil }
        self.table = table
        self.time = time
        self.channel = channel
        self.campaign = campaign
        timeType = schema.tables[table].columns[time].type
        isHeldOut = LedgerHistory.isHeldOut(schema.tables[table])
        self.moment = moment
        self.startsAt = startsAt
    }

    /// Whether a customer got fewer messages than the cap says: on the channel, or on any.
    func isBelow(_ cap: FrequencyCap, channel name: String?) -> Condition {
        let count = Scalar.aggregate(
            Aggregate(.count, table: table, value: nil, filter: counted(cap, channel: name), type: .integer))
        return .comparison(.less, count, .literal(.integer(Int64(cap.count)), .integer))
    }

    /// The rows that a cap counts: later than its period before the start. A message of Monday ten o'clock and `cap 1 per 1d` leave
    /// Tuesday ten o'clock free.
    package func counted(_ cap: FrequencyCap, channel name: String?) -> Condition {
        let oldest = cap.period.before(startsAt, in: moment.zone)
        let value = Scalar.column(time, timeType)
        let isCounted: Condition =
            timeType == .datetime
            ? .comparison(.greater, value, .literal(.datetime(oldest), .datetime))
            : .comparison(.greater, value, .literal(.date(Int32(clamping: moment.zone.day(of: oldest))), .date))
        guard let name else { return .all([isCounted, .not(isHeldOut)]) }
        return .all([.match(.named(name), .column(channel, .text)), isCounted])
    }

    /// When a cap lets go of the oldest message that has to be forgotten. `times` are those of the counted messages, ascending.
    package func freeAgain(_ cap: FrequencyCap, times: [Int64]) -> Int64? {
        guard cap.count > 0, times.count >= cap.count else { return nil }
        return cap.period.after(times[times.count - cap.count], in: moment.zone)
    }
}
