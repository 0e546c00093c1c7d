import ReachColumns
import ReachPlan

/// When a channel keeps quiet in one time zone, clock changes included.
struct QuietClock: Hashable, Sendable {
    let quiet: QuietHours
    let zone: Zone

    /// By the wall clock: of an hour that comes twice both are quiet, one that never comes is not.
    func isQuiet(_ instant: Int64) -> Bool {
        let minute = Int(floorDivide(zone.wall(at: instant), 60_000_000)) - zone.day(of: instant) * 1_440
        return quiet.fromMinute < quiet.untilMinute
            ? (quiet.fromMinute..<quiet.untilMinute).contains(minute)
            : minute >= quiet.fromMinute || minute < quiet.untilMinute
    }

    /// The first instant from this one on at which messages may leave.
    func opening(from instant: Int64) -> Int64 {
        if !isQuiet(instant) { return instant }
        return changes(after: instant).first { !isQuiet($0) } ?? instant
    }

    /// The first instant after this one at which it is quiet again.
    func closing(after instant: Int64) -> Int64 {
        changes(after: instant).first { isQuiet($0) } ?? .max
    }

    /// Instants of the next two days at which quiet may begin or end, ascending.
    private func changes(after instant: Int64) -> [Int64] {
        let day = zone.day(of: instant)
        var changes: [Int64] = []
        for next in day...(day + 2) {
            for minute in [quiet.fromMinute, quiet.untilMinute] {
                let wall = (Int64(next) * 1_440 + Int64(minute)) * 60_000_000
                changes.append(first(wall: wall))
                // The second time where the clock shows it twice.
                let again = wall &- zone.offset(at: wall &+ Zone.microsecondsPerDay)
                if zone.wall(at: again) == wall { changes.append(again) }
            }
        }
        let last = instant + 2 * Zone.microsecondsPerDay
        changes += zone.transitions.filter { $0 > instant && $0 < last }
        return changes.filter { $0 > instant }.sorted()
    }

    /// The first instant at which the wall clock shows this or later; where it never shows it, when it is put forward over it.
    private func first(wall: Int64) -> Int64 {
        let instant = zone.instant(ofWall: wall)
        if zone.wall(at: instant) == wall { return instant }
        return zone.transitions.last { $0 <= instant } ?? instant
    }
}

extension CampaignDuration {
    /// An instant so much later: days and months by the calendar of the zone.
    package func after(_ instant: Int64, in zone: Zone) -> Int64 {
        let wall = zone.wall(at: instant)
        switch resolved {
        case .microseconds(let microseconds): return instant &+ microseconds
        case .days(let days): return zone.instant(ofWall: wall &+ days &* Zone.microsecondsPerDay)
        case .months(let months):
            let day = floorDivide(wall, Zone.microsecondsPerDay)
            let moved = CivilDate(daysSinceEpoch: Int(day)).adding(months: Int(months)).daysSinceEpoch
            return zone.instant(ofWall: wall &+ (Int64(moved) - day) &* Zone.microsecondsPerDay)
        }
    }

    /// The instant so much earlier.
    package func before(_ instant: Int64, in zone: Zone) -> Int64 {
        CampaignDuration(-count, unit).after(instant, in: zone)
    }
}
