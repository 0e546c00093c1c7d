/// When a campaign's messages leave if nobody ever reacts: every open channel of everybody, one after the other.
package struct SendSchedule: Hashable, Sendable, Codable {
    package struct Hour: Hashable, Sendable, Codable {
        /// Microseconds since 1970, UTC, of the hour's beginning by the workspace's clock.
        package let start: Int64
        package let messages: Int
    }

    /// Microseconds since 1970, UTC.
    package let startsAt: Int64
    package let firstMessage: Int64?
    package let lastMessage: Int64?
    /// When the wait after the last message is over: nothing happens any more.
    package let finishes: Int64?
    /// Hours in which something leaves, ascending; empty where they are more than a year's.
    package let hours: [Hour]
    /// Customers by how their time zone was found; empty where no channel keeps quiet.
    package let zones: [ZoneCount]

    package struct ZoneCount: Hashable, Sendable, Codable {
        package let zone: String
        package let customers: Int
    }

    package var busiest: Hour? { hours.max { $0.messages < $1.messages } }
}
