import ReachColumns
import ReachPlan

/// Moving dates and instants by calendar steps.
enum TimeStep {
    /// Months beyond which every date has left its 32 bits.
    private static let mostMonths: UInt64 = 200_000_000
    /// Days beyond which an instant has left its 64 bits.
    private static let mostDays: Int64 = 106_000_000

    /// `time` (a date or datetime lane) moved on; nil where the result has no lane. Days and months keep the wall clock of the zone and
    /// months clip to the month's end; a date moves by whole days only.
    static func add(_ duration: ResolvedDuration, to time: Int64, _ type: DataType, in zone: Zone) -> Int64? {
        switch (duration, type) {
        case (.microseconds(let length), .date):
            return add(.days(floorDivide(length, Zone.microsecondsPerDay)), to: time, type, in: zone)
        case (.microseconds(let length), _):
            let (sum, overflow) = time.addingReportingOverflow(length)
            return overflow ? nil : sum
        case (_, .date): return day(duration, after: time)
        default:
            let wall = zone.wall(at: time)
            let today = floorDivide(wall, Zone.microsecondsPerDay)
            guard let day = day(duration, after: today), abs(day) <= mostDays else { return nil }
            return zone.instant(ofWall: day * Zone.microsecondsPerDay + (wall - today * Zone.microsecondsPerDay))
        }
    }

    private static func day(_ duration: ResolvedDuration, after day: Int64) -> Int64? {
        let moved: Int64
        switch duration {
        case .days(let days):
            let (sum, overflow) = day.addingReportingOverflow(days)
            if overflow { return nil }
            moved = sum
        case .months(let months):
            guard months.magnitude <= mostMonths else { return nil }
            moved = Int64(CivilDate(daysSinceEpoch: Int(day)).adding(months: Int(months)).daysSinceEpoch)
        case .microseconds: return nil
        }
        return Int32(exactly: moved) == nil ? nil : moved
    }
}
