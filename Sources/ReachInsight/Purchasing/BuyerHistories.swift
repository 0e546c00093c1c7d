import ReachKernels

/// The purchase histories of all buyers as of a day, equal ones together.
package struct BuyerHistories: Sendable {
    package let histories: PurchaseHistories
    private let places: HistoryPlaces

    /// - Parameters:
    ///   - chunks: the purchases of all customers, up to the day.
    ///   - today: the day, as a number of their periods.
    package init(_ chunks: [CustomerPurchases], today: UInt16, in pieces: Pieces = .inTurn) throws {
        let parts = try pieces.map(chunks.count) { historyKeys(chunks[$0], today: today) }
        var all: [UInt64] = []
        all.reserveCapacity(parts.reduce(0) { $0 + $1.count })
        for part in parts { all += part }
        let (keys, counts) = countedKeys(sortedKeys(all))
        histories = PurchaseHistories(keys: keys, customers: counts)
        places = HistoryPlaces(keys)
    }

    package var customers: Int { histories.customers.reduce(0) { $0 + Int($1) } }

    /// Where the history of each of some customers stands; `UInt32.max` of those who have not bought.
    package func indexes(_ purchases: CustomerPurchases, today: UInt16) -> [UInt32] {
        historyPlaces(of: purchases, today: today, in: places)
    }

    /// The median over repeat buyers of the days between their purchases; nil where there are none.
    package var medianGapDays: Double? {
        // By whole days first, so that only those near the middle have to be put in order.
        var byDay = [Int](repeating: 0, count: Int(UInt16.max) + 1)
        for index in 0..<histories.count where histories.repeats[index] > 0 {
            byDay[Int(histories.lastDays[index] / histories.repeats[index])] += Int(histories.customers[index])
        }
        let half = (byDay.reduce(0, +) + 1) / 2
        var (before, day) = (0, 0)
        while day < byDay.count, before + byDay[day] < half || byDay[day] == 0 {
            before += byDay[day]
            day += 1
        }
        let near = (0..<histories.count).compactMap { index -> (gap: Double, customers: Int)? in
            let (last, repeats) = (histories.lastDays[index], histories.repeats[index])
            guard repeats > 0, Int(last / repeats) == day else { return nil }
            return (Double(last) / Double(repeats), Int(histories.customers[index]))
        }.sorted { $0.gap < $1.gap }
        for (gap, customers) in near {
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
        let tables = forecast.model.tables(
            forecast.parameters, mostRepeats: Int(histories.repeats.max() ?? 0),
            largestAge: Int(histories.ageDays.max() ?? 0))
        let parts = try pieces.map(over: histories.count) { range in
            let alive = stillThere(histories, range, tables)
            var orders = alive
            var known: (repeats: UInt16, age: UInt16, orders: Double)?
            for (place, index) in range.enumerated() {
                let (x, age) = (histories.repeats[index], histories.ageDays[index])
                // Histories stand by repeats and age, on which alone this depends.
                if known?.repeats != x || known?.age != age {
                    known = (x, age, forecast.purchasesIfAlive(repeats: Int(x), ageDays: Int(age), days: days))
                }
                orders[place] *= known?.orders ?? 0
            }
            return (alive: alive, orders: orders)
        }
        alive = parts.flatMap(\.alive)
        orders = parts.flatMap(\.orders)
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
