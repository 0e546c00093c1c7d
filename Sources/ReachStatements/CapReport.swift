import ReachCampaign
import ReachColumns
import ReachEngine
import ReachPlan

/// Which earlier messages a cap counted for one customer, and when it lets go.
struct CapReport {
    private let customer: Condition
    private let pinned: Session.Pinned
    private let overall: FrequencyCap?
    private let ledger: CapLedger?

    init(_ customer: Condition, _ pinned: Session.Pinned, overall: FrequencyCap?) throws {
        self.customer = customer
        self.pinned = pinned
        self.overall = overall
        ledger = CapLedger(pinned.context.schema, moment: pinned.context.moment, at: pinned.context.moment.now)
    }

    /// `2 per 7d, reached by sms on 2026-11-20 10:00 (winter); free on 2026-11-27 10:00`
    func text(_ channel: PlannedChannel) throws -> String? {
        if let cap = channel.definition.cap, let text = try text(cap, channel: channel.name) { return text }
        return try overall.flatMap { try text($0, channel: nil) }
    }

    private func text(_ cap: FrequencyCap, channel: String?) throws -> String? {
        if cap.count == 0 { return "cap 0 means never" }
        guard let ledger else { return nil }
        let population = Population.rows(
            table: ledger.table, filter: ledger.counted(cap, channel: channel), audience: customer)
        let time = Scalar.column(ledger.time, ledger.timeType)
        let columns = [time, .column(ledger.channel, .text), .column(ledger.campaign, .text)]
        var rows: [[Value]] = []
        try pinned.engine.select(population, columns: columns, sort: [SortKey(time, descending: false)]) { block in
            for row in 0..<block.rowCount { rows.append(block.values(row: row)) }
        }
        let times = rows.compactMap(\.[0].lane)
        guard let free = ledger.freeAgain(cap, times: times), let last = rows.last else { return nil }
        let zone = pinned.context.moment.zone
        func words(_ value: Value) -> String { MessageWords.text(value, zone: zone) ?? "?" }
        let span = channel == nil ? "\(cap.text) on all channels" : cap.text
        let freed = ledger.timeType == .datetime ? Value.datetime(free) : .date(Int32(clamping: zone.day(of: free)))
        return "\(span), reached by \(words(last[1])) on \(words(last[0])) (\(words(last[2]))); free on \(words(freed))"
    }
}
