import ReachColumns

/// Instants for sentences: UTC, to the second.
enum InstantText {
    static func iso(_ instant: Int64) -> String {
        let day = floorDivide(instant, Zone.microsecondsPerDay)
        let seconds = Int(floorDivide(instant - day * Zone.microsecondsPerDay, 1_000_000))
        let clock = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { CivilDate.padded($0, to: 2) }
        return CivilDate(daysSinceEpoch: Int(day)).iso + "T" + clock.joined(separator: ":") + "Z"
    }
}
