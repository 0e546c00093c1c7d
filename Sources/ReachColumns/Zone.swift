import Foundation

/// A time zone as a table of offsets, so that converting a column costs a lookup per row and no Foundation call.
package struct Zone: Hashable, Sendable {
    /// IANA name: `Europe/Moscow`, or `UTC`.
    package let identifier: String
    /// Instants (microseconds, UTC) from which `offsets` hold; the first is the distant past.
    package let transitions: [Int64]
    /// Microseconds east of UTC.
    package let offsets: [Int64]

    package static let utc = Zone(identifier: "UTC", transitions: [.min], offsets: [0])

    private init(identifier: String, transitions: [Int64], offsets: [Int64]) {
        self.identifier = identifier
        self.transitions = transitions
        self.offsets = offsets
    }

    /// Nil where the system knows no such zone. Transitions are tabulated from 1900 to 2100.
    package init?(_ identifier: String) {
        if identifier == "UTC" {
            self = .utc
            return
        }
        guard let zone = TimeZone(identifier: identifier) else { return nil }
        let from = Date(timeIntervalSince1970: -2_208_988_800)
        let until = Date(timeIntervalSince1970: 4_102_444_800)
        var transitions: [Int64] = [.min]
        var offsets = [Int64(zone.secondsFromGMT(for: from)) * 1_000_000]
        var instant = from
        while let next = zone.nextDaylightSavingTimeTransition(after: instant), next < until, next > instant {
            transitions.append(Int64(next.timeIntervalSince1970.rounded()) * 1_000_000)
            offsets.append(Int64(zone.secondsFromGMT(for: next)) * 1_000_000)
            instant = next
        }
        self.init(identifier: identifier, transitions: transitions, offsets: offsets)
    }

    /// Microseconds east of UTC at an instant.
    package func offset(at instant: Int64) -> Int64 {
        if offsets.count == 1 { return offsets[0] }
        var low = 0
        var high = transitions.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if transitions[middle] <= instant { low = middle } else { high = middle }
        }
        return offsets[low]
    }

    /// The wall clock at an instant, in microseconds as if it were UTC.
    package func wall(at instant: Int64) -> Int64 { instant &+ offset(at: instant) }

    /// The day in this zone that holds an instant, counted from 1970-01-01.
    package func day(of instant: Int64) -> Int { Int(floorDivide(wall(at: instant), Self.microsecondsPerDay)) }

    /// The instant at which the wall clock shows `wall`: the earlier where it does twice, moved forward by the gap where it never does.
    package func instant(ofWall wall: Int64) -> Int64 {
        if offsets.count == 1 { return wall &- offsets[0] }
        let before = offset(at: wall &- Self.microsecondsPerDay)
        let after = offset(at: wall &+ Self.microsecondsPerDay)
        let candidates = [wall &- max(before, after), wall &- min(before, after)]
        for candidate in candidates where self.wall(at: candidate) == wall { return candidate }
        return wall &- before
    }

    /// The first instant of a day.
    package func start(ofDay day: Int) -> Int64 { instant(ofWall: Int64(day) * Self.microsecondsPerDay) }

    package static let microsecondsPerDay: Int64 = 86_400_000_000
}

/// Quotient rounded towards negative infinity.
package func floorDivide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    let quotient = dividend / divisor
    return dividend % divisor != 0 && (dividend < 0) != (divisor < 0) ? quotient - 1 : quotient
}
