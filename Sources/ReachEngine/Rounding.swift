import ReachKernels

/// Half away from zero, to a number of decimal places that may be negative.
enum Rounding {
    /// `lane` × 10^-scale rounded to `places` and written in units of 10^-resultScale; nil where that does not fit.
    static func round(_ lane: Int64, scale: Int, places: Int64, to resultScale: Int) -> Int64? {
        let dropped = Int64(scale) - min(max(places, -20), Int64(scale))
        // Half of 10^20 is more than any lane.
        if dropped > 19 { return 0 }
        var unit: Int128 = 1
        for _ in 0..<dropped { unit *= 10 }
        var units = dropped > 0 ? divideRounding(Int128(lane), by: unit) * unit : Int128(lane)
        if resultScale >= scale {
            units *= Int128(powerOfTen(resultScale - scale))
        } else {
            units = divideRounding(units, by: Int128(powerOfTen(scale - resultScale)))
        }
        return Int64(exactly: units)
    }

    /// The float nearest to the rounded value.
    static func round(_ value: Double, places: Int64) -> Double {
        if places > 300 { return value }
        if places < -308 { return 0 }
        var power = 1.0
        for _ in 0..<abs(places) { power *= 10 }
        let scaled = places >= 0 ? value * power : value / power
        // Beyond 2^52 a float has no places left to drop.
        guard abs(scaled) < 4_503_599_627_370_496 else { return value }
        let whole = scaled.rounded(.toNearestOrAwayFromZero)
        return places >= 0 ? whole / power : whole * power
    }
}
