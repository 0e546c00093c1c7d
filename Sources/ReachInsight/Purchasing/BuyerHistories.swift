import ReachKernels

/// The purchase histories of all buyers as of a day, equal ones together.
package struct BuyerHistories: Sendable {
    package let histories: PurchaseHistories
    private let keys: [UInt64]

    /// - Parameters:
    ///   - chunks: the purchases of all customers, up to the day.
    ///   - today: the day, as a number of their periods.
    package init(_ chunks: [CustomerPurchases], today: UInt16, in pieces: Pieces = .inTurn) throws {
        let parts = try pieces.map(chunks.count) { historyKeys(chunks[$0], today: today) }
        let (keys, counts) = countedKeys(sortedKeys(Array(parts.joined())))
        self.keys = keys
        histories = PurchaseHistories(keys: keys, customers: counts)
    }

    package var customers: Int { histories.customers.reduce(0) { $0 + Int($1) } }

    /// Where the history of a customer who bought stands.
    package func index(_ purchases: CustomerPurchases, _ customer: Int, today: UInt16) -> Int {
        let first = purchases.first[customer]
        let key = PurchaseHistories.key(
            repeats: UInt16(clamping: purchases.days[customer] - 1), lastDay: purchases.last[customer] &- first,
            ageDays: today &- first)
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The median over repeat buyers of the days between their purchases; nil where there are none.
    package var medianGapDays: Double? {
        let gaps = (0..<histories.count).compactMap { index -> (gap: Double, customers: Int)? in
            guard histories.repeats[index] > 0 else { return nil }
            return (
                Double(histories.lastDays[index]) / Double(histories.repeats[index]), Int(histories.customers[index])
            )
        }.sorted { $0.gap < $1.gap }
        let half = (gaps.reduce(0) { $0 + $1.customers } + 1) / 2
        var before = 0
        for (gap, customers) in gaps {
            before += customers
            if before >= half { return gap }
        }
        return nil
    }
}

/// What a fitted model expects of every history.
package struct HistoryForecast: Sendable {
    /// The chance to be there still, and purchases in the days to come, by history.
    package let alive: [Double]
    package let orders: [Double]

    package init(
        _ forecast: DropoutForecast, _ histories: PurchaseHistories, days: Int, in pieces: Pieces = .inTurn
    ) throws {
        let parts = try pieces.map(over: histories.count) { range in
            var known: (repeats: UInt16, age: UInt16, orders: Double)?
            return range.map { index -> (alive: Double, orders: Double) in
                let (x, age) = (histories.repeats[index], histories.ageDays[index])
                let alive = forecast.alive(
                    repeats: Int(x), lastDay: Int(histories.lastDays[index]), ageDays: Int(age))
                // Histories stand by repeats and age, on which alone this depends.
                if known?.repeats != x || known?.age != age {
                    known = (x, age, forecast.purchasesIfAlive(repeats: Int(x), ageDays: Int(age), days: days))
                }
                return (alive, alive * (known?.orders ?? 0))
            }
        }
        alive = parts.flatMap { $0.map(\.alive) }
        orders = parts.flatMap { $0.map(\.orders) }
    }
}

/// Whether a model would have foreseen what is known by now: fitted to what was bought up to a day, beside what was bought after it.
package struct Calibration: Sendable {
    package struct Line: Hashable, Sendable {
        package var customers = 0
        package var actual = 0
        package var predicted = 0.0
    }

    /// By repeat purchases until the day, the last for that many and more.
    package let lines: [Line]
    package let fit: DropoutFit

    /// Purchases from which on lines are one.
    package static let mostRepeats = 7

    /// - Parameters:
    ///   - before: purchases up to the day of the fit, whose number is `cut`.
    ///   - after: purchases up to `days` later.
    package init(
        _ model: DropoutModel, before: [CustomerPurchases], after: [CustomerPurchases], cut: UInt16, days: Int,
        _ buyers: BuyerHistories, in pieces: Pieces = .inTurn
    ) throws {
        let fit = try DropoutFit(model, buyers.histories, in: pieces)
        let forecast = try HistoryForecast(fit.forecast, buyers.histories, days: days, in: pieces)
        var lines = [Line](repeating: Line(), count: Self.mostRepeats + 1)
        for index in 0..<buyers.histories.count {
            let line = min(Int(buyers.histories.repeats[index]), Self.mostRepeats)
            let customers = buyers.histories.customers[index]
            lines[line].customers += Int(customers)
            lines[line].predicted += Double(customers) * forecast.orders[index]
        }
        for (then, now) in zip(before, after) {
            for customer in then.days.indices where then.days[customer] > 0 {
                let line = min(Int(then.days[customer]) - 1, Self.mostRepeats)
                lines[line].actual += Int(now.days[customer] - then.days[customer])
            }
        }
        self.lines = lines
        self.fit = fit
    }

    package var total: Line {
        lines.reduce(into: Line()) { total, line in
            total.customers += line.customers
            total.actual += line.actual
            total.predicted += line.predicted
        }
    }
}
