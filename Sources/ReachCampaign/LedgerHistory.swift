import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachPlan

/// What the ledger of sent messages, the activity table `sends`, tells of rates. Columns it has not, it does not tell of: `campaign`,
/// `channel`, `position` (1 is a first message), `held_out`, and an event each: `delivered`, `opened`, `clicked`, `ordered`, as yes or no,
/// as a number, or as the time it happened.
package struct LedgerHistory: Sendable {
    private let table: Int
    private let schema: TableSchema
    private let campaign: Int
    private let channel: Int

    /// Nil without a ledger that names campaigns and channels.
    package init?(_ schema: DataSchema) {
        guard let table = schema.tables.firstIndex(where: { Name.same($0.name, CascadeQuestions.ledgerTable) }) else {
            return nil
        }
        let ledger = schema.tables[table]
        guard let campaign = ledger.index(of: "campaign"), ledger.columns[campaign].type == .text,
            let channel = ledger.index(of: "channel"), ledger.columns[channel].type == .text
        else { return nil }
        self.table = table
        self.schema = ledger
        self.campaign = campaign
        self.channel = channel
    }

    /// Rates by channel, from all campaigns; an event counts where it came within `wait` of its message.
    package func rates(wait: CampaignDuration, _ engine: Engine) throws -> LearnedRates {
        let events = CampaignEvent.allCases.compactMap { event in
            happened(event, within: wait).map { (event: event, condition: $0) }
        }
        guard !events.isEmpty else { return LearnedRates([]) }
        var keys = [Scalar.column(campaign, .text), .column(channel, .text)]
        if let position = schema.index(of: "position"), schema.columns[position].type == .integer {
            keys.append(
                .condition(.comparison(.equal, .column(position, .integer), .literal(.integer(1), .integer))))
        }
        let rows = try engine.group(
            .rows(table: table, filter: .not(heldOut ?? .always(false)), audience: .always(true)), keys: keys,
            measures: [Measure(.count, value: nil, type: .integer)] + events.map { Self.count($0.condition) })
        let history = rows.compactMap { row -> LearnedRates.History? in
            guard case .text(let campaign) = row[0], case .text(let channel) = row[1] else { return nil }
            var isFirst: Bool?
            if keys.count > 2, case .boolean(let first) = row[2] { isFirst = first }
            let figures = row[keys.count...].map { Int($0.lane ?? 0) }
            return LearnedRates.History(
                campaign: campaign, channel: channel, isFirst: isFirst, messages: figures[0],
                events: Dictionary(uniqueKeysWithValues: zip(events.map(\.event), figures.dropFirst())))
        }
        return LearnedRates(history)
    }

    /// Share of the campaign's holdout who ordered; nil where the ledger knows of none.
    package func baseline(campaign name: String, wait: CampaignDuration, _ engine: Engine) throws -> Double? {
        guard let heldOut, let ordered = happened(.ordered, within: wait) else { return nil }
        let letters = CaseFolding.fold(name).unicodeScalars.map { TextMatch.LikeToken.scalar($0) }
        let isCampaign = Condition.match(.like(letters), .column(campaign, .text))
        let row = try engine.group(
            .rows(table: table, filter: .all([isCampaign, heldOut]), audience: .always(true)), keys: [],
            measures: [Measure(.count, value: nil, type: .integer), Self.count(ordered)])[0]
        guard let people = row[0].lane, people > 0 else { return nil }
        return Double(row[1].lane ?? 0) / Double(people)
    }

    private static func count(_ condition: Condition) -> Measure {
        Measure(.sum, value: .convert(.condition(condition), to: .integer), type: .integer)
    }

    private var heldOut: Condition? {
        guard let column = schema.index(of: "held_out"), schema.columns[column].type == .boolean else { return nil }
        return .isTrue(.column(column, .boolean))
    }

    private func happened(_ event: CampaignEvent, within wait: CampaignDuration) -> Condition? {
        guard let column = schema.index(of: event.rawValue) else { return nil }
        let type = schema.columns[column].type
        let value = Scalar.column(column, type)
        switch type {
        case .boolean: return .isTrue(value)
        case .integer: return .comparison(.greater, value, .literal(.integer(0), .integer))
        case .date, .datetime:
            guard type == .datetime, let time = schema.index(of: ColumnSchema.Role.time),
                schema.columns[time].type == .datetime, let microseconds = wait.microseconds
            else { return .not(.isMissing(value)) }
            let end = Scalar.arithmetic(
                .addMicroseconds, .column(time, .datetime), .literal(.integer(microseconds), .integer), .datetime)
            return .comparison(.lessOrEqual, value, end)
        default: return nil
        }
    }
}

extension CampaignDuration {
    /// Days of 24 hours; nil for months and longer, which have no fixed length.
    fileprivate var microseconds: Int64? {
        switch resolved {
        case .microseconds(let microseconds): microseconds
        case .days(let days): days.multipliedReportingOverflow(by: 86_400_000_000).partialValue
        case .months: nil
        }
    }
}
