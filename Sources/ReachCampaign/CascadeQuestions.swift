import ReachColumns
import ReachDiagnostics
import ReachPlan

/// The yes/no questions whose answers decide to whom a channel is open, for an engine to answer in one pass over an audience:
/// bit i of a customer's pattern is the answer to `conditions[i]`.
package struct CascadeQuestions: Sendable {
    package let conditions: [Condition]
    package let layout: PatternLayout

    /// `campaign` nil asks about channels alone, as `segment` and `why` without a campaign do. `complete` is, by position of a channel
    /// whose message may have a hole, true where it has none; `cap` counts messages on all channels; both as of `startsAt` (nil: now).
    package init(
        channels: [PlannedChannel], campaign: String?, againAfter: CampaignDuration? = nil, schema: DataSchema,
        moment: Moment, suppressions: any SuppressionList = NoSuppressions(), complete: [Int: Condition] = [:],
        cap: FrequencyCap? = nil, startsAt: Int64? = nil
    ) throws {
        let ledger = CapLedger(schema, moment: moment, at: startsAt ?? moment.now)
        let reached = campaign.flatMap {
            Self.reached(campaign: $0, againAfter: againAfter, schema: schema, moment: moment)
        }
        let gates = try channels.enumerated().map { index, channel in
            try Self.gates(
                of: channel, in: schema, suppressions: suppressions, complete: complete[index], ledger: ledger)
        }
        let left = cap.map { cap in
            (0..<min(cap.count, channels.count)).map { used in
                ledger?.isBelow(FrequencyCap(cap.count - used, per: cap.period), channel: nil) ?? .always(true)
            }
        }
        // A bit for every gate lets the answers be kept one by one; only where those are too many a channel's gates share some.
        for sharesBits in [false, true] {
            var questions = QuestionList()
            let reachedBit = reached.map { questions.ask($0) }
            let channelBits = gates.map { $0.bits(asking: &questions, sharesBits: sharesBits) }
            let leftBits = left.map { $0.map { questions.ask($0) } }
            if questions.conditions.count <= UInt64.bitWidth {
                conditions = questions.conditions
                layout = PatternLayout(reached: reachedBit, channels: channelBits, left: leftBits)
                return
            }
        }
        throw Diagnostic.tooManyPrices(gates.reduce(0) { $0 + $1.prefixes.count })
    }

    private static func gates(
        of channel: PlannedChannel, in schema: DataSchema, suppressions: any SuppressionList,
        complete: Condition?, ledger: CapLedger?
    ) throws -> ChannelGates {
        guard let index = schema.customers.index(of: channel.address) else {
            throw Diagnostic.unknownChannelColumn(
                channel.address, channel: channel.name, clause: "address", in: schema.customers)
        }
        let column = schema.customers.columns[index]
        let type = column.type
        let address = Scalar.column(index, type)
        var gates = ChannelGates(gates: [(.noAddress, .not(.isMissing(address)))], prefixes: [])
        let normalised = ChannelDefaults.AddressForm(channel.name, column).normalised(address)
        if let normalised {
            gates.gates.append((.invalidAddress, .not(.isMissing(normalised))))
        }
        if let consent = channel.consent {
            guard let index = schema.customers.index(of: consent) else {
                throw Diagnostic.unknownChannelColumn(
                    consent, channel: channel.name, clause: "consent", in: schema.customers)
            }
            gates.gates.append((.noConsent, agreed(index, schema.customers.columns[index].type)))
        }
        if let suppressed = suppressions.condition(channel: channel, customers: schema.customers) {
            gates.gates.append((.suppressed, .not(suppressed)))
        }
        if let complete { gates.gates.append((.incomplete, complete)) }
        if let cap = channel.definition.cap {
            let isBelow = cap.count == 0 ? .always(false) : ledger?.isBelow(cap, channel: channel.name)
            gates.gates.append((.capped, isBelow ?? .always(true)))
        }
        guard type == .text else { return gates }
        gates.prefixes = (channel.prices?.prefixes ?? []).map { prefix in
            (.match(.hasPrefix(prefix.prefix), normalised ?? address), prefix.prefix.utf8.count)
        }
        return gates
    }

    /// Missing consent is no consent.
    private static func agreed(_ column: Int, _ type: DataType) -> Condition {
        let value = Scalar.column(column, type)
        return type == .boolean ? .isTrue(value) : .comparison(.greater, value, .literal(.integer(0), .integer))
    }

    /// Whether the ledger says that the campaign was sent to the customer, lately enough to count. Nil without a ledger.
    private static func reached(
        campaign: String, againAfter: CampaignDuration?, schema: DataSchema, moment: Moment
    ) -> Condition? {
        guard let table = schema.tables.firstIndex(where: { Name.same($0.name, Self.ledgerTable) }) else { return nil }
        let ledger = schema.tables[table]
        guard let name = ledger.index(of: "campaign"), ledger.columns[name].type == .text else { return nil }
        let isCampaign = Condition.match(.named(campaign), .column(name, .text))
        var filter = isCampaign
        if let againAfter {
            guard let time = ledger.index(of: ColumnSchema.Role.time) else { return nil }
            filter = .all([isCampaign, since(againAfter, column: time, type: ledger.columns[time].type, moment)])
        }
        let rows = Scalar.aggregate(Aggregate(.count, table: table, value: nil, filter: filter, type: .integer))
        return .comparison(.greater, rows, .literal(.integer(0), .integer))
    }

    /// Not longer ago than a length of time: on or after the day, or the instant, that it reaches back to.
    private static func since(
        _ length: CampaignDuration, column: Int, type: DataType, _ moment: Moment
    ) -> Condition {
        let time = Scalar.column(column, type)
        let day: Int32
        switch length.resolved {
        case .microseconds(let microseconds) where type == .datetime:
            return .comparison(.greaterOrEqual, time, .literal(.datetime(moment.now - microseconds), .datetime))
        case .microseconds(let microseconds):
            day = moment.today - Int32(clamping: microseconds / Zone.microsecondsPerDay)
        case .days(let days):
            day = moment.today - Int32(clamping: min(days, 1_000_000))
        case .months(let months):
            let today = CivilDate(daysSinceEpoch: Int(moment.today))
            day = Int32(clamping: today.adding(months: -Int(min(months, 30_000))).daysSinceEpoch)
        }
        let date = type == .datetime ? Scalar.convert(time, to: .date) : time
        return .comparison(.greaterOrEqual, date, .literal(.date(day), .date))
    }

    package static let ledgerTable = "sends"
}

/// What has to hold for a channel to be open, and what its price depends on.
private struct ChannelGates {
    /// In the order of `ClosedReason`.
    var gates: [(reason: ClosedReason, passes: Condition)]
    var prefixes: [(condition: Condition, length: Int)]

    func bits(asking questions: inout QuestionList, sharesBits: Bool) -> PatternLayout.ChannelBits {
        var own: [PatternLayout.Gate] = []
        var firstClosed: PatternLayout.FirstClosed?
        if sharesBits {
            let digits = Int.bitWidth - gates.count.leadingZeroBitCount
            firstClosed = .init(
                reasons: gates.map(\.reason), bits: (0..<digits).map { questions.ask(digit($0)) })
        } else {
            own = gates.map { .init($0.reason, bit: questions.ask($0.passes)) }
        }
        return PatternLayout.ChannelBits(
            gates: own, firstClosed: firstClosed,
            prefixes: prefixes.map { (bit: questions.ask($0.condition), length: $0.length) })
    }

    /// True where the number of the first gate that is not passed, counted from 1, has this binary digit.
    private func digit(_ digit: Int) -> Condition {
        .any(
            gates.indices.filter { ($0 + 1) >> digit & 1 == 1 }.map { gate in
                .all(gates[..<gate].map(\.passes) + [.not(gates[gate].passes)])
            })
    }
}

/// Questions in the order asked, each once: channels that share an address share its questions.
private struct QuestionList {
    private(set) var conditions: [Condition] = []
    private var bits: [Condition: Int] = [:]

    mutating func ask(_ condition: Condition) -> Int {
        if let bit = bits[condition] { return bit }
        bits[condition] = conditions.count
        conditions.append(condition)
        return conditions.count - 1
    }
}

/// Who must not be written to. The list is the workspace's; a plan asks of it only whom a channel loses.
package protocol SuppressionList: Sendable {
    /// True of customers suppressed on this channel, by key or by address; nil where nobody is.
    func condition(channel: PlannedChannel, customers: TableSchema) -> Condition?
}

package struct NoSuppressions: SuppressionList {
    package init() {}
    package func condition(channel: PlannedChannel, customers: TableSchema) -> Condition? { nil }
}
