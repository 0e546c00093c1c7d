import CKernels
import Glibc

// The part of the BG/NBD and MBG/NBD likelihoods that takes a look at every purchase history. A history of x repeat purchases, the last at
// day t, of a customer known for T days has the odds e^s of having left, s = c(x) + (r + x)(ln(α + T) − ln(α + t)).

/// Distinct histories and how many customers have each; days count from the first purchase.
package struct PurchaseHistories: Hashable, Sendable {
    package let repeats: [UInt16]
    package let lastDays: [UInt16]
    package let ageDays: [UInt16]
    package let customers: [UInt32]
    fileprivate let largestDay: UInt16

    package var count: Int { repeats.count }

    /// - Parameters:
    ///   - keys: a history per element as `key` packs it, ascending and distinct.
    package init(keys: [UInt64], customers: [UInt32]) {
        precondition(keys.count == customers.count, "so many customers per history")
        repeats = keys.map { UInt16(truncatingIfNeeded: $0 >> 32) }
        ageDays = keys.map { UInt16(truncatingIfNeeded: $0 >> 16) }
        lastDays = keys.map { UInt16(truncatingIfNeeded: $0) }
        largestDay = max(ageDays.max() ?? 0, lastDays.max() ?? 0)
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

/// Where each history stands among sorted ones.
package struct HistoryPlaces: Sendable {
    fileprivate let keys: [UInt64]
    /// By repeats, where their histories begin; one more at the end.
    fileprivate let starts: [UInt32]
    /// By repeats and age, where their histories begin, one more at the end; empty where there are too many of both.
    fileprivate let ageStarts: [UInt32]
    fileprivate let ages: Int

    private static let mostStarts = 1 << 22

    /// - Parameter keys: ascending and distinct.
    package init(_ keys: [UInt64]) {
        self.keys = keys
        let repeats = keys.last.map { Int($0 >> 32) + 1 } ?? 0
        ages = keys.reduce(0) { max($0, Int($1 >> 16 & 0xFFFF) + 1) }
        starts = Self.starts(keys, count: repeats) { Int($0 >> 32) }
        let ages = ages
        let count = repeats * ages
        ageStarts =
            count > Self.mostStarts
            ? [] : Self.starts(keys, count: count) { Int($0 >> 32) * ages + Int($0 >> 16 & 0xFFFF) }
    }

    /// Where the keys of each place begin, and the end of the last.
    private static func starts(_ keys: [UInt64], count: Int, _ place: (UInt64) -> Int) -> [UInt32] {
        var starts = [UInt32](repeating: 0, count: count + 1)
        for key in keys { starts[place(key) + 1] += 1 }
        for index in 0..<count { starts[index + 1] += starts[index] }
        return starts
    }
}

/// The place of the history of each customer of a chunk; `UInt32.max` of those who have not bought. All of them are among the sorted ones.
package func historyPlaces(of purchases: CustomerPurchases, today: UInt16, in places: HistoryPlaces) -> [UInt32] {
    var found = [UInt32](repeating: .max, count: purchases.days.count)
    var out = found.mutableSpan
    let (days, firsts, lasts) = (purchases.days.span, purchases.first.span, purchases.last.span)
    let (keys, starts, ageStarts) = (places.keys.span, places.starts.span, places.ageStarts.span)
    for customer in 0..<out.count where days[customer] > 0 {
        let first = firsts[customer]
        let key = PurchaseHistories.key(
            repeats: UInt16(clamping: days[customer] - 1), lastDay: lasts[customer] &- first, ageDays: today &- first)
        let x = Int(key >> 32)
        let place = x &* places.ages &+ Int(key >> 16 & 0xFFFF)
        var low = Int(ageStarts.isEmpty ? starts[x] : ageStarts[place])
        var high = Int(ageStarts.isEmpty ? starts[x &+ 1] : ageStarts[place &+ 1])
        while low < high {
            let middle = (low &+ high) / 2
            if keys[middle] < key { low = middle &+ 1 } else { high = middle }
        }
        out[customer] = UInt32(truncatingIfNeeded: low)
    }
    return found
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
    var sums = DropoutSums(repeats: tables.odds.count)
    // SAFETY: the run's days are places of both tables, which `forEachRun` checked.
    unsafe histories.forEachRun(of: range, tables) { x, run in
        if tables.odds[x] == -.infinity { return }
        let exponent = tables.r + Double(x)
        var part = reach_dropout_sums()
        unsafe withUnsafePointer(to: run) { run in
            unsafe reach_add_dropout(&part, run, tables.logs, tables.inverses, tables.odds[x], exponent)
        }
        sums.logOnePlusOdds += part.log_one_plus_odds
        sums.gone[x] += part.gone
        sums.goneLogs += part.gone_logs
        sums.goneInverses += exponent * part.gone_slopes
    }
    return sums
}

/// The chance of each of some histories to be there still: 1 where nobody can have left.
package func stillThere(_ histories: PurchaseHistories, _ range: Range<Int>, _ tables: DropoutTables) -> [Double] {
    var chances = [Double](repeating: 1, count: range.count)
    var done = 0
    // SAFETY: the runs together are as many histories as there are chances, and their days are places of the table.
    unsafe histories.forEachRun(of: range, tables) { x, run in
        let first = done
        done += unsafe run.count
        if tables.odds[x] == -.infinity { return }
        unsafe chances.withUnsafeMutableBufferPointer { chances in
            guard let start = chances.baseAddress else { return }
            unsafe withUnsafePointer(to: run) { run in
                unsafe reach_still_there(start + first, run, tables.logs, tables.odds[x], tables.r + Double(x))
            }
        }
    }
    return chances
}

extension PurchaseHistories {
    /// Calls `body` with the histories of the range by repeats, which they are ordered by.
    @inline(__always)
    fileprivate func forEachRun(
        of range: Range<Int>, _ tables: DropoutTables, _ body: (_ repeats: Int, _ run: reach_histories) -> Void
    ) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "histories that exist")
        precondition(Int(largestDay) < tables.logs.count, "every day has a place in the tables")
        // SAFETY: runs lie inside the range, which lies inside all four arrays, and are used while these live.
        unsafe lastDays.withUnsafeBufferPointer { lasts in
            unsafe ageDays.withUnsafeBufferPointer { ages in
                unsafe customers.withUnsafeBufferPointer { customers in
                    guard let lasts = lasts.baseAddress, let ages = ages.baseAddress, let people = customers.baseAddress
                    else { return }
                    var start = range.lowerBound
                    while start < range.upperBound {
                        let x = repeats[start]
                        var end = start + 1
                        while end < range.upperBound, repeats[end] == x { end += 1 }
                        unsafe body(
                            Int(x),
                            reach_histories(
                                lasts: lasts + start, ages: ages + start, customers: people + start, count: end - start)
                        )
                        start = end
                    }
                }
            }
        }
    }
}

/// Of customers with x repeat purchases of z̄ each on average: ln(x z̄ + v) and its derivative 1/(x z̄ + v), added up by x.
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

/// The sums over some of the customers.
///
/// - Parameters:
///   - totals: x z̄ of each customer, above 0, in order of x.
///   - starts: by x, where its customers begin; one more at the end.
package func spendSums(_ totals: [Double], starts: [Int], _ range: Range<Int>, v: Double) -> SpendSums {
    precondition(range.lowerBound >= 0 && range.upperBound <= totals.count, "customers that exist")
    precondition(v.isNormal && v > 0, "logarithms of numbers above 0")
    var sums = SpendSums(repeats: starts.count - 1)
    for x in 0..<starts.count - 1 {
        let (start, end) = (max(starts[x], range.lowerBound), min(starts[x + 1], range.upperBound))
        if start >= end { continue }
        // SAFETY: `start`..<`end` lies inside the range, which lies inside the totals.
        unsafe totals.withUnsafeBufferPointer { totals in
            guard let first = totals.baseAddress else { return }
            unsafe reach_add_spend(&sums.logs[x], &sums.inverses[x], first + start, end - start, v)
        }
    }
    return sums
}
