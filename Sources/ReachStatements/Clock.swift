import Foundation
import ReachColumns
import ReachPlan

/// What "now" is. The system's clock is read here and nowhere else.
package enum Clock: Hashable, Sendable {
    /// The time of the system, read anew by each statement.
    case system
    /// Read once: a script sees one instant however long it runs.
    case fixed(microseconds: Int64)
    /// The last instant of a day, as `set today = DATE` makes it.
    case endOfDay(Int32)

    package func moment(in zone: Zone) -> Moment {
        switch self {
        case .system: Moment(now: Self.systemMicroseconds(), zone: zone)
        case .fixed(let microseconds): Moment(now: microseconds, zone: zone)
        case .endOfDay(let day): Moment(now: zone.start(ofDay: Int(day) + 1) - 1, zone: zone)
        }
    }

    package static func systemMicroseconds() -> Int64 {
        Int64((Date().timeIntervalSince1970 * 1_000_000).rounded())
    }
}
