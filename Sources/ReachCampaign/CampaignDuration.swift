import ReachPlan

/// A length of time as typed, storable: `60d`, `3mo`, `45min`.
package struct CampaignDuration: Hashable, Sendable, Codable {
    /// The spelling is that of the language.
    package enum Unit: String, Hashable, Sendable, Codable, CaseIterable {
        case second = "s"
        case minute = "min"
        case hour = "h"
        case day = "d"
        case week = "w"
        case month = "mo"
        case quarter = "q"
        case year = "y"
    }

    package let count: Int64
    package let unit: Unit

    package init(_ count: Int64, _ unit: Unit) {
        self.count = count
        self.unit = unit
    }

    package var text: String { "\(count)\(unit.rawValue)" }

    /// A calendar step from days on, microseconds below.
    package var resolved: ResolvedDuration {
        switch unit {
        case .second: .microseconds(count * 1_000_000)
        case .minute: .microseconds(count * 60_000_000)
        case .hour: .microseconds(count * 3_600_000_000)
        case .day: .days(count)
        case .week: .days(count * 7)
        case .month: .months(count)
        case .quarter: .months(count * 3)
        case .year: .months(count * 12)
        }
    }
}

/// At most `count` messages to a customer in any stretch of `period`; 0 means never.
package struct FrequencyCap: Hashable, Sendable, Codable {
    package let count: Int
    package let period: CampaignDuration

    package init(_ count: Int, per period: CampaignDuration) {
        self.count = count
        self.period = period
    }

    package var text: String { "\(count) per \(period.text)" }
}

/// When a channel keeps quiet in the customer's own time zone; `until` before `from` runs over midnight.
package struct QuietHours: Hashable, Sendable, Codable {
    /// Minutes after midnight, 0…1439.
    package let fromMinute: Int
    package let untilMinute: Int

    package init(fromMinute: Int, untilMinute: Int) {
        self.fromMinute = fromMinute
        self.untilMinute = untilMinute
    }

    package var text: String { Self.clock(fromMinute) + "-" + Self.clock(untilMinute) }

    private static func clock(_ minute: Int) -> String {
        let hour = minute / 60
        let rest = minute % 60
        return (hour < 10 ? "0" : "") + "\(hour):" + (rest < 10 ? "0" : "") + "\(rest)"
    }
}
