import ReachColumns

/// Round borders around a range of values.
enum NiceBorders {
    /// Ascending, at least two, at most `most` + 1 (one more where a single bucket would have to hold both signs): the first at or
    /// below `low`, the last above `high`, or at it where nothing is above.
    static func between(_ low: Value, _ high: Value, type: DataType, atMost most: Int) -> [Value] {
        switch (low, high) {
        case (.float(let from), .float(let to)): floats(from, to, most).map { .float($0) }
        case (.date(let from), .date(let to)): dates(from, to, most).map { .date($0) }
        default: lanes(low.lane ?? 0, high.lane ?? 0, most).map { Value(lane: $0, of: type) }
        }
    }

    /// Steps of 1, 2, 5, 10, 20, 50 … units.
    private static func lanes(_ low: Int64, _ high: Int64, _ most: Int) -> [Int64] {
        var step: Int128 = 1
        var factors = [2, 5, 10]
        var scale: Int128 = 1
        func index(_ lane: Int64) -> Int128 {
            let quotient = Int128(lane) / step
            return Int128(lane) % step < 0 ? quotient - 1 : quotient
        }
        while index(high) - index(low) + 1 > Int128(most) {
            step = scale * Int128(factors.removeFirst())
            if factors.isEmpty {
                factors = [2, 5, 10]
                scale = step
            }
            // Two buckets meet at 0 however wide they are.
            if step > Int128(Int64.max) { break }
        }
        return (index(low)...index(high) + 1).map { Int64(clamping: $0 * step) }
    }

    /// Borders are whole multiples of the step, computed by one multiplication or division each.
    private static func floats(_ low: Double, _ high: Double, _ most: Int) -> [Double] {
        var exponent = 0
        // The decimal exponent of the narrowest width, without logarithms that round.
        var width = high / Double(most) - low / Double(most)
        while width >= 10 {
            width /= 10
            exponent += 1
        }
        while width < 1, width > 0, exponent > -300 {
            width *= 10
            exponent -= 1
        }
        for factor in [1.0, 2, 5, 10, 20, 50, 100] {
            let step = multiple(1, factor, exponent)
            guard step > 0, step.isFinite, abs(low / step) < 1e15, abs(high / step) < 1e15 else { continue }
            var first = (low / step).rounded(.down)
            var last = (high / step).rounded(.down)
            // Quotients may round over a border; the borders themselves decide.
            while multiple(first, factor, exponent) > low { first -= 1 }
            while multiple(first + 1, factor, exponent) <= low { first += 1 }
            while multiple(last + 1, factor, exponent) <= high { last += 1 }
            if last - first < Double(most) {
                return (0...Int(last - first) + 1).map { multiple(first + Double($0), factor, exponent) }
            }
        }
        return [low, high.nextUp]
    }

    /// index × factor × 10^exponent.
    private static func multiple(_ index: Double, _ factor: Double, _ exponent: Int) -> Double {
        var power = 1.0
        for _ in 0..<abs(exponent) { power *= 10 }
        return exponent >= 0 ? index * factor * power : index * factor / power
    }

    /// Days, weeks from Monday, months, quarters, years, decades.
    private static func dates(_ low: Int32, _ high: Int32, _ most: Int) -> [Int32] {
        if Int(high) - Int(low) < most { return Array(low...high) + [high == .max ? high : high + 1] }
        let monday = Int(low) - (CivilDate(daysSinceEpoch: Int(low)).weekday - 1)
        if (Int(high) - monday) / 7 < most {
            return (0...(Int(high) - monday) / 7 + 1).map { Int32(clamping: monday + 7 * $0) }
        }
        let first = CivilDate(daysSinceEpoch: Int(low))
        let last = CivilDate(daysSinceEpoch: Int(high))
        var months = 1
        var wider = [3, 6, 12, 24, 60, 120, 240, 600, 1_200]
        func index(_ date: CivilDate) -> Int {
            let count = date.year * 12 + date.month - 1
            return count >= 0 ? count / months : (count - months + 1) / months
        }
        // Beyond a million years two steps meet at year 0, however wide they are.
        while index(last) - index(first) >= most, months < 100_000_000 {
            months = wider.isEmpty ? months * 10 : wider.removeFirst()
        }
        let zero = CivilDate(year: 0, month: 1, day: 1) ?? CivilDate(daysSinceEpoch: 0)
        return (index(first)...index(last) + 1).map {
            Int32(clamping: zero.adding(months: $0 * months).daysSinceEpoch)
        }
    }
}
