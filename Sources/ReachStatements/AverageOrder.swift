import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachPlan

/// What the audience's orders are worth: those up to today that are no returns.
struct AverageOrder {
    private let buyers: BuyerTable
    private let type: DataType
    private let timeType: DataType
    private let isOrder: Condition

    /// Nil where no one table tells what buyers paid.
    init?(_ context: BindingContext) {
        let somewhere = SourceSpan(0, 0)
        guard let buyers = try? BuyerTable(context.schema, at: somewhere) else { return nil }
        self.buyers = buyers
        let columns = context.schema.tables[buyers.table].columns
        let time = columns[buyers.time].type
        timeType = time
        type = columns[buyers.money].type
        let end =
            time == .date
            ? Int64(context.moment.today)
            : context.moment.zone.start(ofDay: Int(context.moment.today) + 1) - 1
        isOrder = .all([
            .comparison(.lessOrEqual, .column(buyers.time, time), .literal(Value(lane: end, of: time), time)),
            .comparison(.greaterOrEqual, .column(buyers.money, type), .literal(Value(lane: 0, of: type), type)),
        ])
    }

    /// The rows that are orders.
    var orders: LedgerHistory.Orders {
        LedgerHistory.Orders(table: buyers.table, time: buyers.time, timeType: timeType, filter: isOrder)
    }

    /// Nil where the audience has no orders.
    func of(_ audience: Condition, _ engine: Engine) throws -> Money? {
        let row = try engine.group(
            .rows(table: buyers.table, filter: isOrder, audience: audience), keys: [],
            measures: [
                Measure(.sum, value: .column(buyers.money, type), type: type),
                Measure(.count, value: .column(buyers.money, type), type: .integer),
            ])[0]
        guard let count = row[1].lane, count > 0, let sum = row[0].lane else { return nil }
        let scale = if case .decimal(let scale) = type { scale } else { 0 }
        let average = Money(units: Int128(sum), scale: scale).double / Double(count)
        return Money(rounding: average, scale: max(2, scale))
    }

    /// A customer's own average order.
    var ofCustomer: Scalar {
        .aggregate(
            Aggregate(.avg, table: buyers.table, value: .column(buyers.money, type), filter: isOrder, type: .float))
    }
}
