import CKernels

/// Instants stored as codes whose period a multiplication tells, or misses by one.
struct PeriodCodes {
    private let codes: [UInt32]
    private var periods: reach_periods

    /// Nil where days are stored in another way, or periods are too many or too uneven: months of two years are not.
    ///
    /// - Parameters:
    ///   - firstDay: the day of the first of `periods`.
    ///   - periods: by day, ascending from 0.
    init?(_ days: RowDays, firstDay: Int32, periods: [UInt16]) {
        guard case .instants(let codes, let table) = days.codes, table.largest <= UInt32(Int32.max),
            let last = periods.last, Int(last) < Int(REACH_COHORT_PERIODS)
        else { return nil }
        let place = Int(days.firstDay - firstDay)
        guard periods.indices.contains(place) else { return nil }
        let first = periods[place]
        var starts: [Int64] = []
        // Rows of days behind the periods take no part.
        let dayCount = min(table.firstCodes.count, periods.count - place)
        let end = dayCount < table.firstCodes.count ? table.firstCodes[dayCount] : Int64(table.largest) + 1
        for (day, code) in table.firstCodes.prefix(dayCount).enumerated()
        where Int(periods[place + day] - first) == starts.count {
            starts.append(code)
        }
        guard starts.count <= Int(REACH_CHUNK_PERIODS),
            let line = Self.line(through: starts, end: end)
        else { return nil }
        self.codes = codes
        self.periods = reach_periods()
        self.periods.first = UInt32(first)
        (self.periods.scale, self.periods.shift) = line
        // SAFETY: the table has as many places.
        unsafe withUnsafeMutableBytes(of: &self.periods.last_codes) { bytes in
            let lasts = unsafe bytes.assumingMemoryBound(to: UInt32.self)
            for period in 0..<lasts.count {
                let next = period + 1 < starts.count ? starts[period + 1] : .max
                unsafe lasts[period] = UInt32(min(next - 1, Int64(Int32.max)))
            }
        }
    }

    /// Which cut to a whole number is the period of every code before the end, or the one before; nil where there is none.
    private static func line(through starts: [Int64], end: Int64) -> (scale: Float, shift: Float)? {
        guard starts.count > 1 else { return (0, 0) }
        // Through the second start, since the first period may have begun before the first code.
        let width = starts.count > 2 ? Double(starts[starts.count - 1] - starts[1]) / Double(starts.count - 2) : 0
        let scale = Float(width > 0 ? 1 / width : 0)
        // Starts lie on both sides of the line, and none may lie below it.
        let highest = starts.indices.dropFirst().map { Float($0) - Float(starts[$0]) * scale }.min() ?? 0
        let shift = highest - 2 * slack
        for period in starts.indices {
            let next = period + 1 < starts.count ? starts[period + 1] : end
            for code in [starts[period], next - 1] where code < end {
                let found = Float(code) * scale + shift
                let (low, high) = (Int(found - slack), Int(found + slack))
                guard found > slack - 1, low >= period - 1, high <= period else { return nil }
            }
        }
        return (scale, shift)
    }

    /// More than rounding moves a period by.
    private static let slack: Float = 0.001

    func add(_ runs: DatedRuns, orders: [UInt8], to sums: inout CohortSums) {
        var rows = runs.rows
        if rows.isEmpty { rows = orders } else if !orders.isEmpty { _ = intersect(&rows, with: orders) }
        let width = Int(REACH_COHORT_PERIODS)
        var sizes = [Int64](repeating: 0, count: width)
        var cells = [Int64](repeating: 0, count: width * width)
        let periods = periods
        let members = runs.members
        // SAFETY: offsets end at the count of rows, of which there are as many codes and, where there is one, as large a mask; members are as
        // many as customers; and the cells are all that the loop adds to. `DatedRuns` has checked the first three.
        unsafe runs.offsets.withUnsafeBufferPointer { offsets in
            unsafe codes.withUnsafeBufferPointer { codes in
                unsafe rows.withUnsafeBufferPointer { rows in
                    unsafe members.withUnsafeBufferPointer { members in
                        unsafe withUnsafePointer(to: periods) { periods in
                            unsafe reach_add_cohorts(
                                &sizes, &cells, offsets.baseAddress, offsets.count - 1,
                                members.isEmpty ? nil : members.baseAddress, codes.baseAddress,
                                rows.isEmpty ? nil : rows.baseAddress, periods)
                        }
                    }
                }
            }
        }
        let count = sums.sizes.count
        for first in 0..<count {
            sums.sizes[first] += sizes[first]
            for period in first..<count {
                sums.cells[first * count + period - first] += Int128(cells[first * width + period])
            }
        }
    }
}
