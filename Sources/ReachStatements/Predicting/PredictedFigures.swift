import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachKernels
import ReachLanguage
import ReachPlan
import ReachWorkspace
import Synchronization

/// What the models make of every buyer.
struct PredictedFigures {
    let fit: DropoutFit
    let calibration: Calibration
    /// The day up to which the calibration was fitted, and days it foresaw.
    let calibrationDay: Int
    let calibrationDays: Int
    let spend: SpendModel?
    /// By chunk of customers.
    let chunks: [Part]

    /// Median times between orders that a calibration is fitted to, and days that it foresees.
    private static let leastGaps = 3.0
    private static let leastForeseenDays = 7

    /// Of each customer of a chunk; not a number where there is no purchase.
    struct Part: Sendable {
        let purchases: CustomerPurchases
        var alive: [Double]
        var orders: [Double]
        var value: [Double]
    }

    init(_ request: BoundPredict, _ rows: PurchaseRows, _ pinned: Session.Pinned, _ session: Session) throws {
        let engine = pinned.engine
        let progress = session.hooks.progress
        let steps = Atomic<Int>(0)
        let fitting = "fitting \(request.model.title)"
        let pieces = Pieces { count, body in
            try engine.inParallel(count) { piece in
                defer {
                    let done = steps.wrappingAdd(1, ordering: .relaxed).newValue
                    progress.report(fitting, done: done, total: nil, unit: "steps")
                }
                return try body(piece)
            }
        }
        let reader = engine.reporting("reading orders", to: progress)
        let everybody = Condition.always(true)
        let purchases = try reader.customerPurchases(
            of: everybody, rows.question(through: request.day, withMoney: request.withValue))
        let today = UInt16(rows.dayCount - 1)
        let all = try BuyerHistories(purchases, today: today, in: pieces)
        let span = request.statement.span

        if all.customers == 0 { throw Diagnostic.fewRepeatBuyers(0, before: nil, at: span) }
        // The time before the cut is at least as long as what is foreseen after it, and 3 median times between orders.
        let leastDays = Int((Self.leastGaps * (all.medianGapDays ?? 0)).rounded(.up))
        let foreseen = min(request.days, rows.dayCount / 2, rows.dayCount - leastDays)
        if foreseen < min(request.days, Self.leastForeseenDays) {
            throw Diagnostic.calibrationTooShort(days: rows.dayCount, least: leastDays, at: span)
        }
        calibrationDays = foreseen
        calibrationDay = request.day - foreseen
        fit = try Self.explaining(request.model, before: nil, at: span) {
            try DropoutFit(request.model, all.histories, in: pieces)
        }
        let earlier = try reader.customerPurchases(
            of: everybody, rows.question(through: calibrationDay, withMoney: false))
        let cut = UInt16(rows.dayCount - 1 - foreseen)
        let then = try BuyerHistories(earlier, today: cut, in: pieces)
        calibration = try Self.explaining(request.model, before: calibrationDay, at: span) {
            try Calibration(
                request.model, before: earlier, after: purchases, cut: cut, days: foreseen, then, in: pieces)
        }
        spend =
            try request.withValue
            ? Self.explaining(request.model, before: nil, at: span) {
                try Self.spend(purchases, rows.moneyUnits, pieces)
            } : nil
        let forecast = try HistoryForecast(fit.forecast, all.histories, days: request.days, in: pieces)
        let (model, units) = (spend, rows.moneyUnits)
        chunks = try pieces.map(purchases.count) { chunk in
            Part(purchases[chunk], all, forecast, model, units, today: today)
        }
    }

    private static func spend(_ chunks: [CustomerPurchases], _ units: Double, _ pieces: Pieces) throws -> SpendModel {
        var repeats: [UInt16] = []
        var averages: [Double] = []
        let customers = chunks.reduce(0) { $0 + $1.days.count }
        repeats.reserveCapacity(customers)
        averages.reserveCapacity(customers)
        for purchases in chunks {
            for customer in purchases.days.indices where purchases.days[customer] > 1 {
                let average = purchases.averageRepeat(customer, units)
                if average <= 0 { continue }
                repeats.append(UInt16(clamping: purchases.days[customer] - 1))
                averages.append(average)
            }
        }
        return try SpendModel(repeats: repeats, averages: averages, in: pieces)
    }

    private static func explaining<Result>(
        _ model: DropoutModel, before day: Int?, at span: SourceSpan, _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch let problem as PurchaseModelProblem {
            switch problem {
            case .fewRepeatBuyers(let count): throw Diagnostic.fewRepeatBuyers(count, before: day, at: span)
            case .notConverged: throw Diagnostic.modelNotConverged(model, before: day, at: span)
            case .parameterAtBound(let name, let value):
                throw Diagnostic.parameterAtBound(name, value, model, before: day, at: span)
            case .spendWithoutMean: throw Diagnostic.spendWithoutMean(at: span)
            }
        }
    }

    /// To be stored.
    var columns: [ScoreColumn] {
        func column(_ name: String, _ values: (Part) -> [Double]) -> ScoreColumn {
            ScoreColumn(
                name, .float,
                chunks: chunks.map { part in
                    var missing = Bitmap(count: part.purchases.days.count)
                    for row in 0..<missing.count where part.purchases.days[row] == 0 { missing[row] = true }
                    return ChunkEncoder.encode(floats: values(part), missing: missing)
                })
        }
        let always = [column("p_alive") { $0.alive }, column("expected_orders") { $0.orders }]
        return spend == nil ? always : always + [column("expected_value") { $0.value }]
    }
}

extension PredictedFigures {
    /// A figure that is missing for everybody.
    func unknown(_ name: String) -> ScoreColumn {
        ScoreColumn(
            name, .float,
            chunks: chunks.map { part in
                let count = part.purchases.days.count
                return ChunkEncoder.encode(
                    floats: [Double](repeating: 0, count: count), missing: Bitmap(count: count, repeating: true))
            })
    }
}

extension PredictedFigures.Part {
    fileprivate init(
        _ purchases: CustomerPurchases, _ all: BuyerHistories, _ forecast: HistoryForecast, _ spend: SpendModel?,
        _ units: Double, today: UInt16
    ) {
        self.purchases = purchases
        let count = purchases.days.count
        alive = [Double](repeating: 0, count: count)
        orders = alive
        value = spend == nil ? [] : alive
        let indexes = all.indexes(purchases, today: today)
        for customer in 0..<count where purchases.days[customer] > 0 {
            let history = Int(indexes[customer])
            alive[customer] = forecast.alive[history]
            orders[customer] = forecast.orders[history]
            guard let spend else { continue }
            let average = max(0, purchases.averageRepeat(customer, units))
            let repeats = average > 0 ? Int(purchases.days[customer]) - 1 : 0
            value[customer] = orders[customer] * spend.value(repeats: repeats, average: average)
        }
    }
}

extension CustomerPurchases {
    /// The mean value of a customer's repeat purchases; 0 where there are none.
    fileprivate func averageRepeat(_ customer: Int, _ units: Double) -> Double {
        guard days[customer] > 1 else { return 0 }
        return Double(paid[customer] - paidFirst[customer]) / units / Double(days[customer] - 1)
    }
}

/// The figures of an audience, together and by repeat purchases.
struct PredictedSummary {
    struct Line: Sendable {
        var customers = 0
        var alive = 0.0
        var orders = 0.0
        var value = 0.0
    }

    /// By repeat purchases, as the calibration's lines.
    private(set) var lines = [Line](repeating: Line(), count: Calibration.mostRepeats + 1)
    /// Buyers by tenths of P(alive).
    private(set) var tenths = [Int](repeating: 0, count: 10)

    init(_ figures: PredictedFigures, _ members: Members) {
        for (part, members) in zip(figures.chunks, members.chunks) {
            for customer in part.alive.indices where part.purchases.days[customer] > 0 && members[customer] {
                let line = min(Int(part.purchases.days[customer]) - 1, Calibration.mostRepeats)
                lines[line].customers += 1
                lines[line].alive += part.alive[customer]
                lines[line].orders += part.orders[customer]
                if !part.value.isEmpty { lines[line].value += part.value[customer] }
                tenths[min(9, Int(part.alive[customer] * 10))] += 1
            }
        }
    }

    var total: Line {
        lines.reduce(into: Line()) { total, line in
            total.customers += line.customers
            total.alive += line.alive
            total.orders += line.orders
            total.value += line.value
        }
    }
}
