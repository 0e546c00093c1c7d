import ReachCampaign
import ReachColumns

/// What came of what was spent on one source in one period.
struct SpendRow {
    let entry: SpendEntry
    private let leads: Int
    private let buyers: Int
    private let revenue: Money

    init(_ entry: SpendEntry, _ figures: (leads: Int, buyers: Int, revenue: Value), _ purchases: Purchases) throws {
        self.entry = entry
        leads = figures.leads
        buyers = figures.buyers
        revenue = Money(units: Int128(figures.revenue.lane ?? 0), scale: purchases.scale).rescaled(to: 2)
    }

    private var profit: Money {
        revenue + Money(units: -entry.amount.units, scale: entry.amount.scale)
    }

    /// Nil where nobody bought.
    private var cost: Double? { buyers > 0 ? entry.amount.double / Double(buyers) : nil }
    private var costPerLead: Double? { leads > 0 ? entry.amount.double / Double(leads) : nil }
    private var returnOnSpend: Double { profit.double / entry.amount.double }

    var facts: [Fact] {
        [
            Fact("leads", leads), Fact("buyers", buyers), Fact("revenue", revenue.value),
            Fact("profit", profit.value), Fact("cac", cost.map(Value.float) ?? .missing),
            Fact("roi", .float(returnOnSpend)),
        ]
    }

    static func table(_ rows: [SpendRow], _ purchases: Purchases) -> ResultTable {
        // Sums of amounts with more digits than others show them all.
        let scale = max(2, purchases.scale, rows.map(\.entry.amount.scale).max() ?? 0)
        return ResultTable(
            columns: [
                .init("source", .text), .init("from", .date), .init("to", .date),
                .init("spend", .decimal(scale: scale)), .init("leads", .integer), .init("buyers", .integer),
                .init("revenue", .decimal(scale: scale)), .init("profit", .decimal(scale: scale)),
                .init("cost_per_lead", .float), .init("cac", .float), .init("roi", .float),
            ],
            rows: rows.map { row in
                [
                    .text(row.entry.source), .date(Int32(clamping: row.entry.days.lowerBound)),
                    .date(Int32(clamping: row.entry.days.upperBound - 1)),
                    row.entry.amount.rescaled(to: scale).value, .integer(Int64(row.leads)),
                    .integer(Int64(row.buyers)), row.revenue.rescaled(to: scale).value,
                    row.profit.rescaled(to: scale).value,
                    row.costPerLead.map(Value.float) ?? .missing, row.cost.map(Value.float) ?? .missing,
                    .float(row.returnOnSpend),
                ]
            })
    }

    static func grid(_ rows: [SpendRow]) -> [[ViewCell]] {
        let head = ["spend", "leads", "buyers", "revenue", "profit", "per lead", "CAC per buyer", "ROI"]
        return [[ViewCell("source"), ViewCell("period")] + head.map { ViewCell($0, .right) }]
            + rows.map { row in
                [ViewCell(row.entry.source), ViewCell(row.entry.period)]
                    + [
                        row.entry.amount.rescaled(to: row.revenue.scale).grouped, Figure.count(row.leads),
                        Figure.count(row.buyers),
                        row.revenue.grouped, row.profit.grouped,
                        row.costPerLead.map { Figure.number($0, digits: 2) } ?? "–",
                        row.cost.map { Figure.number($0, digits: 2) } ?? "–", Figure.percent(row.returnOnSpend),
                    ].map { ViewCell($0, .right) }
            }
    }
}
