import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachPlan
import ReachWorkspace

/// Which rows of the buyers' table count, up to the end of a day: orders, and returns (negative money), which move money alone.
struct Purchases: Sendable {
    let buyers: BuyerTable
    let tableName: String
    let timeType: DataType
    let moneyType: DataType
    /// Not after the day.
    let isPast: Condition
    /// Not a return; a missing amount is none.
    let isOrder: Condition
    let isReturn: Condition
    let day: Int32

    init(_ buyers: BuyerTable, _ schema: DataSchema, through day: Int32, zone: Zone) {
        let table = schema.tables[buyers.table]
        self.buyers = buyers
        self.day = day
        tableName = table.name
        timeType = table.columns[buyers.time].type
        moneyType = table.columns[buyers.money].type
        isPast = Self.isPast(buyers.time, timeType, through: day, zone)
        isReturn = Self.isReturn(buyers.money, moneyType)
        isOrder = .not(isReturn)
    }

    /// Rows that take money back.
    static func isReturn(_ money: Int, _ type: DataType) -> Condition {
        .comparison(.less, .column(money, type), .literal(Value(lane: 0, of: type), type))
    }

    /// Rows whose time is not after the end of a day.
    static func isPast(_ time: Int, _ type: DataType, through day: Int32, _ zone: Zone) -> Condition {
        let end = type == .date ? Int64(day) : zone.start(ofDay: Int(day) + 1) - 1
        return .comparison(.lessOrEqual, .column(time, type), .literal(Value(lane: end, of: type), type))
    }

    var money: Scalar { .column(buyers.money, moneyType) }

    /// Digits after the point of money.
    var scale: Int { if case .decimal(let scale) = moneyType { scale } else { 0 } }

    /// Units as a cell of an answer.
    func value(_ units: Int128) -> Value { Money(units: units, scale: scale).value }

    /// Units as people read them.
    func text(_ units: Int128) -> String { Money(units: units, scale: scale).grouped }

    /// Orders and returns up to the day, with a mark on orders.
    func question(_ audience: Condition, withMoney: Bool) -> ActivityQuestion {
        ActivityQuestion(
            table: buyers.table, audience: audience, rows: isPast, marks: [isOrder],
            money: withMoney ? buyers.money : nil)
    }

    /// The first and last day with a row up to the day; nil where there is none.
    func days(_ pinned: Session.Pinned) -> ClosedRange<Int>? {
        pinned.days(table: buyers.table, time: buyers.time, type: timeType, through: day)
    }

    /// Said where the data ends before the running period: nothing tells periods without orders from such as were not imported.
    func endNote(_ period: CohortPeriod, _ pinned: Session.Pinned) -> String? {
        guard let last = days(pinned)?.upperBound, period.starts(from: last, through: Int(day)).count > 1 else {
            return nil
        }
        return "the data ends on \(CivilDate(daysSinceEpoch: last).iso); no \(period.rawValue) after that is shown"
    }

    /// What a statement leaves out, said.
    func futureNotes(_ pinned: Session.Pinned) throws -> [String] {
        try pinned.leftOutNotes(table: buyers.table)
    }
}

extension Session.Pinned {
    /// The first and last day of a table with a row up to a day; nil where there is none.
    func days(table: Int, time: Int, type: DataType, through day: Int32) -> ClosedRange<Int>? {
        guard let range = snapshot.statistics(table: table, column: time)?.range else { return nil }
        let zone = context.moment.zone
        func ofLane(_ lane: Int64) -> Int { type == .date ? Int(lane) : zone.day(of: lane) }
        let first = ofLane(range.lowerBound)
        let last = min(ofLane(range.upperBound), Int(day))
        return first <= last ? first...last : nil
    }

    /// Rows after today that a statistic did not count.
    func leftOutNotes(table: Int) throws -> [String] {
        let count = try engine.rowsAfterToday(table: table)
        guard count > 0 else { return [] }
        let today = CivilDate(daysSinceEpoch: Int(context.moment.today)).iso
        let name = context.schema.tables[table].name
        return ["\(Figure.count(count, "row")) of \(name) after today, \(today), left out"]
    }

    /// How many rows of an activity table there are up to today that meet a condition, of customers who meet one.
    func pastRows(of table: Int, where condition: Condition, _ audience: Condition) throws -> Int {
        let schema = context.schema.tables[table]
        guard let time = schema.index(of: .time) else { return 0 }
        let isPast = Purchases.isPast(
            time, schema.columns[time].type, through: context.moment.today, context.moment.zone)
        return try engine.count(.rows(table: table, filter: .all([isPast, condition]), audience: audience))
    }
}
