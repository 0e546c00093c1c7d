import Glibc

// The part of the BG/NBD and MBG/NBD likelihoods that takes a look at every purchase history. A history of x repeat purchases, the last at
// day t, of a customer known for T days has the odds e^s of having left, s = c(x) + (r + x)(ln(α + T) − ln(α + t)).

/// Distinct histories and how many customers have each; days count from the first purchase.
package struct PurchaseHistories: Hashable, Sendable {
    package let repeats: [UInt16]
    package let lastDays: [UInt16]
    package let ageDays: [UInt16]
    package let customers: [UInt32]

    package var count: Int { repeats.count }

    /// - Parameters:
    ///   - keys: a history per element as `key` packs it, ascending and distinct.
    package init(keys: [UInt64], customers: [UInt32]) {
        precondition(keys.count == customers.count, "so many customers per history")
        repeats = keys.map { UInt16(truncatingIfNeeded: $0 >> 32) }
        ageDays = keys.map { UInt16(truncatingIfNeeded: $0 >> 16) }
        lastDays = keys.map { UInt16(truncatingIfNeeded: $0) }
        self.customers = customers
    }

    /// Histories in order of repeats, then age, then last purchase.
    @inline(__always)
    package static func key(repeats: UInt16, lastDay: UInt16, ageDays: UInt16) -> UInt64 {
        UInt64(repeats) << 32 | UInt64(ageDays) << 16 | UInt64(lastDay)
    }

    package func key(at index: Int) -> UInt64 {
        Self.key(repeats: repeats[index], lastDay: lastDays[index], ageDays: ageDays[index])
    }
}

/// The keys of the histories of a chunk's customers who bought, on `today` as a number of the periods of `purchases`.
package func historyKeys(_ purchases: CustomerPurchases, today: UInt16) -> [UInt64] {
    var keys: [UInt64] = []
    keys.reserveCapacity(purchases.days.count)
    for customer in purchases.days.indices where purchases.days[customer] > 0 {
        let first = purchases.first[customer]
        keys.append(
            PurchaseHistories.key(
                repeats: UInt16(clamping: purchases.days[customer] - 1), lastDay: purchases.last[customer] &- first,
                ageDays: today &- first))
    }
    return keys
}

/// What a set of parameters makes of each day and each number of repeats.
package struct DropoutTables: Sendable {
    /// ln(α + d) and 1/(α + d) by day d, in the model's unit of time.
    package let logs: [Double]
    package let inverses: [Double]
    /// c by repeats; −∞ where nobody can have left.
    package let odds: [Double]
    package let r: Double

    package init(logs: [Double], inverses: [Double], odds: [Double], r: Double) {
        precondition(logs.count == inverses.count, "both by day")
        self.logs = logs
        self.inverses = inverses
        self.odds = odds
        self.r = r
    }
}

/// Sums over histories, each as often as customers have it; p = 1 / (1 + e⁻ˢ) is the chance to have left.
package struct DropoutSums: Hashable, Sendable {
    /// Σ ln(1 + eˢ)
    package var logOnePlusOdds = 0.0
    /// Σ p by repeats.
    package var gone: [Double]
    /// Σ p (ln(α + T) − ln(α + t))
    package var goneLogs = 0.0
    /// Σ p (r + x)(1/(α + T) − 1/(α + t))
    package var goneInverses = 0.0

    package init(repeats: Int) { gone = [Double](repeating: 0, count: repeats) }

    package mutating func add(_ other: DropoutSums) {
        logOnePlusOdds += other.logOnePlusOdds
        goneLogs += other.goneLogs
        goneInverses += other.goneInverses
        for index in gone.indices { gone[index] += other.gone[index] }
    }
}

/// The sums over some of the histories.
package func dropoutSums(
    _ histories: PurchaseHistories, _ range: Range<Int>, _ tables: DropoutTables
) -> DropoutSums {
    precondition(range.upperBound <= histories.count, "histories that exist")
    var allGone = [Double](repeating: 0, count: tables.odds.count)
    let (repeats, lasts, ages) = (histories.repeats.span, histories.lastDays.span, histories.ageDays.span)
    let (customers, logs, inverses) = (histories.customers.span, tables.logs.span, tables.inverses.span)
    let odds = tables.odds.span
    var gone = allGone.mutableSpan
    var (total, goneLogs, goneInverses) = (0.0, 0.0, 0.0)
    for index in range {
        let x = Int(repeats[index])
        if odds[x] == -.infinity { continue }
        let (last, age) = (Int(lasts[index]), Int(ages[index]))
        let exponent = tables.r + Double(x)
        let distance = logs[age] - logs[last]
        let s = odds[x] + exponent * distance
        let small = exp(-s.magnitude)
        let weight = Double(customers[index])
        let p = (s >= 0 ? 1 : small) / (1 + small) * weight
        total += weight * ((s > 0 ? s : 0) + log1p(small))
        gone[x] += p
        goneLogs += p * distance
        goneInverses += p * exponent * (inverses[age] - inverses[last])
    }
    var sums = DropoutSums(repeats: 0)
    sums.gone = allGone
    sums.logOnePlusOdds = total
    sums.goneLogs = goneLogs
    sums.goneInverses = goneInverses
    return sums
}

/// Of each of some customers with `repeats` repeat purchases of `averages` each on average: ln(x z̄ + v) and its derivative 1/(x z̄ + v), added up by x.
package struct SpendSums: Hashable, Sendable {
    package var logs: [Double]
    package var inverses: [Double]

    package init(repeats: Int) {
        logs = [Double](repeating: 0, count: repeats)
        inverses = logs
    }

    package mutating func add(_ other: SpendSums) {
        for index in logs.indices {
            logs[index] += other.logs[index]
            inverses[index] += other.inverses[index]
        }
    }
}

package func spendSums(
    _ repeats: [UInt16], _ averages: [Double], _ range: Range<Int>, v: Double, largest: Int
) -> SpendSums {
    precondition(repeats.count == averages.count && range.upperBound <= repeats.count, "customers that exist")
    var allLogs = [Double](repeating: 0, count: largest + 1)
    var allInverses = allLogs
    let (counts, values) = (repeats.span, averages.span)
    var logs = allLogs.mutableSpan
    var inverses = allInverses.mutableSpan
    for index in range {
        let x = Int(counts[index])
        let total = Double(x) * values[index] + v
        logs[x] += log(total)
        inverses[x] += 1 / total
    }
    var sums = SpendSums(repeats: 0)
    sums.logs = allLogs
    sums.inverses = allInverses
    return sums
}
