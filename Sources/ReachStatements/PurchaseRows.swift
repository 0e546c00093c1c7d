import ReachColumns
import ReachEngine
import ReachPlan
import ReachWorkspace

/// The rows of a table of orders that count as purchases: not returns, and from the first day in the data through another.
struct PurchaseRows: Sendable {
    let buyers: BuyerTable
    /// Days since 1970-01-01.
    let firstDay: Int
    let lastDay: Int
    private let starts: [Int64]
    private let time: DataType
    private let money: DataType

    /// Days that a history may have: beyond them lie mistyped years.
    private static let mostDays = 36_525

    /// Nil where no row is there by then.
    init?(_ buyers: BuyerTable, _ pinned: Session.Pinned, through lastDay: Int) {
        let columns = pinned.context.schema.tables[buyers.table].columns
        let zone = pinned.context.moment.zone
        guard let range = pinned.snapshot.statistics(table: buyers.table, column: buyers.time)?.range else {
            return nil
        }
        let time = columns[buyers.time].type
        let first = time == .date ? Int(range.lowerBound) : zone.day(of: range.lowerBound)
        guard first <= lastDay else { return nil }
        self.buyers = buyers
        self.time = time
        self.lastDay = lastDay
        money = columns[buyers.money].type
        firstDay = max(first, lastDay - Self.mostDays)
        starts = (firstDay...lastDay + 1).map { time == .date ? Int64($0) : zone.start(ofDay: $0) }
    }

    var dayCount: Int { lastDay - firstDay + 1 }

    /// Purchases through a day; later rows are left out.
    func question(through day: Int, withMoney: Bool) -> PurchaseQuestion {
        let border = starts[day - firstDay + 1]
        let filter = Condition.all([
            compare(.greaterOrEqual, starts[0]), compare(.less, border),
            .not(
                .comparison(
                    .less, .column(buyers.money, money), .literal(Value(lane: 0, of: money), money))),
        ])
        return PurchaseQuestion(
            table: buyers.table, filter: filter, money: withMoney ? buyers.money : nil, starts: starts)
    }

    /// Rows after the last day.
    var isLater: Condition { compare(.greaterOrEqual, starts[starts.count - 1]) }

    private func compare(_ comparison: Comparison, _ lane: Int64) -> Condition {
        .comparison(comparison, .column(buyers.time, time), .literal(Value(lane: lane, of: time), time))
    }

    /// Units of money in one of it: 100 where it has two decimals.
    var moneyUnits: Double {
        guard case .decimal(let scale) = money else { return 1 }
        return (0..<scale).reduce(1.0) { units, _ in units * 10 }
    }
}
